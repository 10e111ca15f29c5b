import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useSession } from "@/app/session";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { Instant } from "@/parts/Instant";
import { SyncOutlined } from "@/parts/icons";
import { Pill, type Tone } from "@/parts/Pill";
import { Breaker, type BreakerView } from "./Breaker";

export type ChannelView = components["schemas"]["ChannelView"];

const TONES: Record<ChannelView["subscriptions"]["state"], Tone> = {
  unknown: "plain",
  healthy: "good",
  amiss: "bad",
};

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function SyncButton({ channel, shop }: { channel: string; shop: string }) {
  const { t } = useTranslation("channels");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const sync = api.useMutation("post", "/api/v1/channels/{channel}/{shop}/sync", {
    onSuccess: () => void message.success(t("sync.asked", { shop })),
    onError: (error) => void message.error(asProblem(error).detailNow),
    onSettled: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/channels"] }),
  });
  return (
    <Button
      size="small"
      icon={<SyncOutlined />}
      loading={sync.isPending}
      onClick={() => sync.mutate({ params: { path: { channel, shop } } })}
    >
      {t("sync.now")}
    </Button>
  );
}

function Poll({ found }: { found: ChannelView }) {
  const { t, i18n } = useTranslation("channels");
  if (!found.polled) return <Fact title={t("poll.last")}>{t("poll.never")}</Fact>;
  return (
    <>
      <Fact title={t("poll.last")}>
        <Instant at={found.last_poll_at} />{" "}
        {found.is_reading && <Pill tone="info">{t("poll.reading")}</Pill>}
      </Fact>
      <Fact title={t("poll.found")}>{found.found.toLocaleString(i18n.language)}</Fact>
      <Fact title={t("poll.missed")}>
        {t("poll.missed_counts", { day: found.found_by_poll_24h, ever: found.found_by_poll })}
      </Fact>
      <Fact title={t("poll.seen_until")}>
        <Instant at={found.seen_until} />
      </Fact>
    </>
  );
}

function Subscriptions({ found }: { found: ChannelView }) {
  const { t } = useTranslation("channels");
  const { subscriptions } = found;
  return (
    <Fact title={t("webhooks.title")}>
      <Pill tone={TONES[subscriptions.state]}>{t(`webhooks.${subscriptions.state}`)}</Pill>{" "}
      {subscriptions.checked_at && (
        <span className="muted">
          {t("webhooks.checked")} <Instant at={subscriptions.checked_at} />
        </span>
      )}
      {subscriptions.amiss.length > 0 && <div>{subscriptions.amiss.join(", ")}</div>}
      {subscriptions.refused && <div>{t("webhooks.refused", { code: subscriptions.refused })}</div>}
      {subscriptions.mended.length > 0 && (
        <div className="muted">
          {t("webhooks.mended", { topics: subscriptions.mended.join(", ") })}{" "}
          <Instant at={subscriptions.mended_at} />
        </div>
      )}
    </Fact>
  );
}

function LookUps({ found }: { found: ChannelView }) {
  const { t, i18n } = useTranslation("channels");
  const { look_ups } = found;
  const isChinese = i18n.resolvedLanguage === "zh";
  if (!look_ups.waiting && !look_ups.failed) return null;
  return (
    <Fact title={t("look_ups.title")}>
      {t("look_ups.counts", { waiting: look_ups.waiting, failed: look_ups.failed })}
      {look_ups.listed.length > 0 && (
        <ul>
          {look_ups.listed.map((each) => (
            <li key={each.reference}>
              <code>{each.reference}</code>{" "}
              {isChinese ? each.trouble?.message_zh : each.trouble?.message_en}
            </li>
          ))}
        </ul>
      )}
    </Fact>
  );
}

/** How one shop is kept in step with us. */
export function Channel({
  found,
  breaker,
}: {
  found: ChannelView;
  breaker?: BreakerView | undefined;
}) {
  const { t, i18n } = useTranslation("channels");
  const { can } = useSession();
  const word = useCodeWord();
  const error = found.last_error;
  return (
    <article className="channel" aria-label={`${found.channel} ${found.shop}`}>
      <header>
        <h2>{found.shop}</h2>
        <span className="muted">{word("channel", found.channel)}</span>
        <span className="channel-push" />
        {found.polled && can("channels.sync") && (
          <SyncButton channel={found.channel} shop={found.shop} />
        )}
      </header>
      {error && (
        <p className="channel-error" role="status">
          {i18n.resolvedLanguage === "zh" ? error.message_zh : error.message_en} ·{" "}
          <Instant at={error.at} />
        </p>
      )}
      <dl>
        <Poll found={found} />
        <Subscriptions found={found} />
        <LookUps found={found} />
      </dl>
      {can("quarantine.read") && (
        <Breaker channel={found.channel} shop={found.shop} breaker={breaker} />
      )}
      <Link to={`/orders?channel=${found.channel}&shop=${found.shop}`}>{t("orders")}</Link>
    </article>
  );
}
