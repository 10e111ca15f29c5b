import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useActorName } from "@/parts/actor";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { type TimelineEntry, useEventSentence } from "./eventWords";

const TONES: Record<string, string> = {
  stage_entered: "brand",
  approved: "good",
  parcel_delivered: "good",
  held: "warn",
  escalated: "warn",
  warned: "warn",
  objected: "warn",
  turned_red: "bad",
  rejected: "bad",
  refused: "bad",
  cancel_requested: "bad",
  return_requested: "bad",
};

/** Everything that happened: who, when, why; the newest first. */
export function Timeline({ orderId }: { orderId: string }) {
  const { t } = useTranslation("order");
  const { data, error, refetch } = api.useQuery("get", "/api/v1/orders/{order_id}/timeline", {
    params: { path: { order_id: orderId } },
  });
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading rows={8} />;
  if (!data.events.length)
    return <EmptyState title={t("timeline.empty")} advice={t("timeline.empty_advice")} />;
  return (
    <ol className="timeline" aria-label={`${t("tab.timeline")}, ${t("timeline.newest")}`}>
      {data.events.toReversed().map((event) => (
        <Happened key={event.seq} event={event} />
      ))}
    </ol>
  );
}

function Happened({ event }: { event: TimelineEntry }) {
  const sentence = useEventSentence();
  const nameOf = useActorName();
  return (
    <li data-tone={TONES[event.kind] ?? "plain"}>
      <span className="timeline-when">
        <Instant at={event.at} />
      </span>
      <div className="timeline-said">
        <strong>{sentence(event)}</strong>
        <span className="muted"> · {nameOf(event.actor)}</span>
        {event.data.detail && <p className="muted">{event.data.detail}</p>}
        {event.note && <blockquote>{event.note}</blockquote>}
      </div>
    </li>
  );
}
