import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSession } from "@/app/session";
import { useCodeWord } from "@/i18n/code";
import { Pill, type Tone } from "@/parts/Pill";
import { ordersLink } from "./links";
import { Nothing } from "./Nothing";
import type { Overview, Shop } from "./queries";
import { useNumbers } from "./words";

const TONES: Record<Shop["breaker"], Tone> = { closed: "good", half_open: "warn", open: "bad" };

/** The shops with trouble first, so that a short list shows them. */
export function byTrouble(shops: readonly Shop[]): Shop[] {
  const calm = (shop: Shop) => Number(shop.breaker === "closed" && !shop.parked);
  return [...shops].sort((a, b) => calm(a) - calm(b) || b.today - a.today);
}

export const useShopName = () => {
  const word = useCodeWord();
  return ({ channel, shop }: Shop) => `${word("channel", channel)} · ${shop}`;
};

interface RowProps {
  shop: Shop;
  isNarrow: boolean;
}

function Row({ shop, isNarrow }: RowProps) {
  const { t } = useTranslation("board");
  const { can } = useSession();
  const name = useShopName();
  const { number } = useNumbers();
  const state = (
    <Pill tone={TONES[shop.breaker]} strong={shop.breaker === "open"}>
      {t(`intake.state.${shop.breaker}`)}
    </Pill>
  );
  return (
    <tr>
      <th scope="row">
        <span className="intake-shop">
          {can("channels.read") ? <Link to="/channels">{name(shop)}</Link> : name(shop)}
          {isNarrow && state}
        </span>
      </th>
      {!isNarrow && <td>{state}</td>}
      <td className="at-end numeric">{number(shop.today)}</td>
      <td className="at-end numeric">{number(shop.last_hour)}</td>
      <td className="at-end numeric" data-some={shop.parked > 0}>
        {number(shop.parked)}
      </td>
    </tr>
  );
}

interface IntakeProps {
  shops: readonly Shop[];
  /** Without a column of its own for the connection. */
  isNarrow?: boolean;
}

/** What each shop brought in, and whether its way in is open. */
export function Intake({ shops, isNarrow = false }: IntakeProps) {
  const { t } = useTranslation("board");
  if (!shops.length) return <Nothing title={t("intake.empty")} advice={t("intake.empty_advice")} />;
  return (
    <table className="board-table intake">
      <thead>
        <tr>
          <th scope="col">{t("intake.shop")}</th>
          {!isNarrow && <th scope="col">{t("intake.breaker")}</th>}
          {(["today", "hour", "parked"] as const).map((column) => (
            <th key={column} scope="col" className="at-end">
              {t(`intake.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {byTrouble(shops).map((shop) => (
          <Row key={`${shop.channel}/${shop.shop}`} shop={shop} isNarrow={isNarrow} />
        ))}
      </tbody>
    </table>
  );
}

/** What no group has yet: messages nobody could read, and orders no rule could place. */
export function Unplaced({ overview }: { overview: Overview }) {
  const { t } = useTranslation("board");
  const { can } = useSession();
  const { number } = useNumbers();
  const quarantined = t("intake.quarantined", { number: number(overview.quarantined) });
  return (
    <span className="unplaced">
      {can("quarantine.read") && <Link to="/quarantine">{quarantined}</Link>}
      {overview.groups.some(({ code }) => code === "") && (
        <Link to={ordersLink({ group: "", sort: "urgent" })}>
          {t("intake.pool", { number: number(overview.pool) })}
        </Link>
      )}
    </span>
  );
}
