import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { Instant } from "@/parts/Instant";
import { Pill, type Tone } from "@/parts/Pill";

export type Message = components["schemas"]["MessageView"];

const TONES: Record<Message["state"], Tone> = {
  pending: "plain",
  waiting: "info",
  sent: "good",
  failed: "warn",
  dead: "bad",
  obsolete: "plain",
};

export function MessageState({ state }: { state: Message["state"] }) {
  const { t } = useTranslation("messages");
  return <Pill tone={TONES[state]}>{t(`state.${state}`)}</Pill>;
}

/** What became of a message in each medium. */
export function Deliveries({ message }: { message: Message }) {
  const { t } = useTranslation("messages");
  const word = useCodeWord();
  if (!message.deliveries.length) return <span className="muted">{t("no_delivery")}</span>;
  return (
    <ul className="message-deliveries">
      {message.deliveries.map((each) => (
        <li key={each.medium}>
          {word("messages:medium", each.medium)}: {t(`state.${each.state}`)}
          {each.attempts > 1 && <> · {t("attempts", { count: each.attempts })}</>}
          {each.error_code && <code> {each.error_code}</code>}
          {each.sent_at && (
            <>
              {" "}
              · <Instant at={each.sent_at} />
            </>
          )}
          {!each.sent_at && each.next_attempt_at && (
            <>
              {" "}
              · {t("next_attempt")} <Instant at={each.next_attempt_at} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
