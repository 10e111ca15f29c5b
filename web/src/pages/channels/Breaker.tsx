import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useSession } from "@/app/session";
import type { components } from "@/generated/api";
import { Instant } from "@/parts/Instant";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import { Pill, type Tone } from "@/parts/Pill";

export type BreakerView = components["schemas"]["BreakerView"];

const TONES: Record<BreakerView["state"], Tone> = {
  closed: "good",
  open: "bad",
  half_open: "warn",
};

interface BreakerProps {
  channel: string;
  shop: string;
  /** Nothing is known of a breaker that never opened. */
  breaker: BreakerView | undefined;
}

function Buttons({ channel, shop, breaker }: BreakerProps) {
  const { t } = useTranslation("channels");
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const path = { params: { path: { channel, shop } } };
  const after = {
    onError: (error: unknown) => void message.error(asProblem(error).detailNow),
    onSettled: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/breakers"] }),
  };
  const open = api.useMutation("post", "/api/v1/breakers/{channel}/{shop}/open", after);
  const close = api.useMutation("post", "/api/v1/breakers/{channel}/{shop}/close", after);
  const isClosed = (breaker?.state ?? "closed") === "closed";
  const isBusy = open.isPending || close.isPending;
  const askOpen = () =>
    modal.confirm({
      title: t("breaker.open_title", { shop }),
      content: t("breaker.open_text"),
      okText: t("breaker.open"),
      okButtonProps: { danger: true },
      onOk: () => open.mutateAsync(path).catch(() => undefined),
    });
  return isClosed ? (
    <Button size="small" loading={isBusy} onClick={askOpen}>
      {t("breaker.open")}
    </Button>
  ) : (
    <Button size="small" type="primary" loading={isBusy} onClick={() => close.mutate(path)}>
      {t("breaker.close")}
    </Button>
  );
}

/** Whether a shop's new orders are let in, and what was kept back. */
export function Breaker(props: BreakerProps) {
  const { t } = useTranslation("channels");
  const { can } = useSession();
  const names = useNames();
  const { breaker } = props;
  const state = breaker?.state ?? "closed";
  return (
    <div className="channel-breaker" data-state={state}>
      <div className="channel-breaker-head">
        <span>{t("breaker.title")}</span>
        <Pill tone={TONES[state]} strong={state === "open"}>
          {t(`breaker.state.${state}`)}
        </Pill>
        {can("quarantine.resolve") && <Buttons {...props} />}
      </div>
      {breaker && state !== "closed" && (
        <p>
          {t("breaker.since")} <Instant at={breaker.since} /> ·{" "}
          <PersonName person={breaker.opened_by} name={names[breaker.opened_by] ?? null} />
          {breaker.orders > 0 && (
            <> · {t("breaker.why", { rejected: breaker.rejected, orders: breaker.orders })}</>
          )}
          {breaker.tries_again_at && (
            <>
              {" "}
              · {t("breaker.tries_again")} <Instant at={breaker.tries_again_at} />
            </>
          )}
        </p>
      )}
      {breaker && breaker.parked > 0 && (
        <p>
          <strong>{t("breaker.parked", { count: breaker.parked })}</strong>{" "}
          {breaker.is_draining ? t("breaker.draining") : null} {t("breaker.oldest")}{" "}
          <Instant at={breaker.oldest_parked_at} />
        </p>
      )}
    </div>
  );
}
