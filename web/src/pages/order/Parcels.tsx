import { useTranslation } from "react-i18next";
import type { OrderDetail } from "@/actions/detail";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Pill } from "@/parts/Pill";

export function Parcels({ order }: { order: OrderDetail }) {
  const { t } = useTranslation("order");
  if (!order.parcels.length)
    return <EmptyState title={t("parcels.empty")} advice={t("parcels.empty_advice")} />;
  const lines = order.content?.order.lines ?? [];
  const titleOf = (lineId: string) =>
    lines.find((line) => line.line_id === lineId)?.title || lineId;
  return (
    <ul className="cards">
      {order.parcels.map((parcel) => (
        <li key={parcel.ordinal} className="panel">
          <div className="card-head">
            <strong>{t("parcels.parcel", { ordinal: parcel.ordinal })}</strong>
            <span className="numeric">{parcel.tracking_number}</span>
            {parcel.carrier && <span className="muted">{parcel.carrier}</span>}
            {parcel.delivered_at ? (
              <Pill tone="good">{t("parcels.delivered")}</Pill>
            ) : (
              <Pill tone="brand">{t("parcels.on_way")}</Pill>
            )}
            <Pill>{t(parcel.channel_told ? "parcels.told" : "parcels.not_told")}</Pill>
          </div>
          <p className="muted">
            {t("parcels.shipped")} <Instant at={parcel.shipped_at} />
            {parcel.delivered_at && (
              <>
                {" · "}
                {t("parcels.delivered")} <Instant at={parcel.delivered_at} />
              </>
            )}
          </p>
          <ul className="plain-list">
            {parcel.lines.map((line) => (
              <li key={line.line_id}>
                {t("parcels.pieces", { quantity: line.quantity, line: titleOf(line.line_id) })}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
