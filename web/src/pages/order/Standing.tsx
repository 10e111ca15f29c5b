import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { Deadline } from "@/parts/Countdown";
import { Instant } from "@/parts/Instant";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import { Pill } from "@/parts/Pill";
import { WaitsFor } from "@/parts/WaitsFor";

/** Where the order stands: what it waits for, until when, and with whom. */
export function Standing({ order }: { order: OrderDetail }) {
  const { t } = useTranslation(["order", "common"]);
  const names = useNames();
  const { progress } = order;
  if (!progress) return null;
  const { owner_person: person, owner_label: role } = progress;
  return (
    <section className="panel standing">
      <dl className="facts facts-column">
        {!progress.closed && (
          <>
            <div>
              <dt>{t("top.waits")}</dt>
              <dd>
                <strong>
                  <WaitsFor code={progress.waits_for} />
                </strong>
              </dd>
            </div>
            <div>
              <dt>{t("top.owner")}</dt>
              <dd>
                <PersonName person={person || role} name={names[person] ?? null} />
                {person && role && role !== person && (
                  <span className="muted">
                    {" "}
                    (<PersonName person={role} />)
                  </span>
                )}
              </dd>
            </div>
            <div>
              <dt>{t("top.due")}</dt>
              <dd className="standing-due">
                <Deadline order={progress} />
                {progress.paused && <Pill tone="warn">{t("top.paused")}</Pill>}
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>{t("top.since")}</dt>
          <dd>
            <Instant at={progress.entered_at} />
          </dd>
        </div>
        <div>
          <dt>{t("top.group")}</dt>
          <dd>
            {progress.group || t("common:group.none")}
            {progress.warehouse && <span className="muted"> · {progress.warehouse}</span>}
          </dd>
        </div>
        <div>
          <dt>{t("top.priority")}</dt>
          <dd className="numeric">{progress.priority}</dd>
        </div>
        <div>
          <dt>{t("top.rules")}</dt>
          <dd>{progress.rule_set}</dd>
        </div>
      </dl>
      {order.temporal_url && (
        <a href={order.temporal_url} target="_blank" rel="noreferrer">
          {t("top.temporal")} ↗
        </a>
      )}
    </section>
  );
}
