import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Hold, OrderDetail } from "@/actions/detail";
import { useSession } from "@/app/session";
import { HoldTag } from "@/parts/HoldTag";
import { Instant } from "@/parts/Instant";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import { Pill } from "@/parts/Pill";

interface HoldsProps {
  order: OrderDetail;
  onRelease(holdId: string): void;
}

/** Whether the hold is the person's to release: its assignee, whoever raised it, team leads. */
export function useMayRelease(): (hold: Hold, group: string) => boolean {
  const { session, can } = useSession();
  const mine = new Set([session.person_id, ...session.roles.map(({ role }) => role)]);
  return (hold, group) =>
    can("orders.hold", group) &&
    (mine.has(hold.assignee) || hold.raised_by === session.person_id || can("orders.release_any"));
}

/** What was found: another order is a link, all else a code of whoever raised the hold. */
function HoldDetail({ detail }: { detail: string }) {
  const { t } = useTranslation("order");
  if (!detail) return null;
  const [kind, orderId] = detail.split(":");
  if (kind !== "order") return <p className="muted">{detail}</p>;
  return (
    <p>
      <Link to={`/orders/${orderId}`}>{t("holds.other_order")}</Link>
    </p>
  );
}

export function Holds({ order, onRelease }: HoldsProps) {
  const { t } = useTranslation("order");
  const names = useNames();
  const mayRelease = useMayRelease();
  return (
    <section className="panel holds" aria-labelledby="holds-title">
      <h2 id="holds-title">{t("holds.title")}</h2>
      <ul>
        {order.holds.map((hold) => (
          <li key={hold.id}>
            <div className="hold-said">
              <span className="pills">
                <HoldTag reason={hold.reason} />
                {hold.pauses_clock && <Pill>{t("holds.pauses")}</Pill>}
              </span>
              {hold.note && <p>{hold.note}</p>}
              <HoldDetail detail={hold.detail} />
              <p className="muted">
                {t("holds.with")}{" "}
                <strong>
                  <PersonName person={hold.assignee} name={names[hold.assignee] ?? null} />
                </strong>
                {" · "}
                {t("holds.raised")}{" "}
                <PersonName person={hold.raised_by} name={names[hold.raised_by] ?? null} />
                {", "}
                <Instant at={hold.raised_at} />
              </p>
            </div>
            {mayRelease(hold, order.progress?.group ?? "") && (
              <Button onClick={() => onRelease(hold.id)}>{t("holds.release")}</Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
