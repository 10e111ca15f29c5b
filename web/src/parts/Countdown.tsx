import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useDuration } from "./duration";
import { formatInstant } from "./Instant";
import { useNow } from "./now";

interface Standing {
  due_at?: string | null;
  stalls_at?: string | null;
  stage: string;
  /** The limit of the stage has passed. */
  red: boolean;
}

/** What the deadline of an order is: the limit of its stage; past it there is only what follows. */
function followingOf({ red, stage, due_at, stalls_at }: Standing): "limit" | "rung" | "stall" {
  // A shipped order runs to the end of the time for objections.
  if (!red || !due_at || stage === "shipped") return "limit";
  return stalls_at && Date.parse(stalls_at) === Date.parse(due_at) ? "stall" : "rung";
}

const WORDS = {
  limit: ["time.left", "time.past"],
  rung: ["time.escalates", "time.past"],
  stall: ["time.stalls", "time.stalled"],
} as const;

/** How long until what an order has to expect next. A red one is past its limit already, so what
 * is ahead of it is an escalation or to count as stalled, and it says so. */
export function Deadline({ order }: { order: Standing }) {
  return <Countdown due={order.due_at} is={followingOf(order)} />;
}

interface CountdownProps {
  due: string | null | undefined;
  is?: keyof typeof WORDS;
}

/** How long until a deadline, red when it is past; a dash when there is none. */
export function Countdown({ due, is = "limit" }: CountdownProps) {
  const { t, i18n } = useTranslation();
  const duration = useDuration();
  const now = useNow(15_000);
  if (!due)
    return (
      <span className="muted" title={t("time.none")}>
        —
      </span>
    );
  const seconds = (Date.parse(due) - now) / 1_000;
  const time = duration(seconds);
  const isLate = seconds < 0;
  const [ahead, past] = WORDS[is];
  return (
    <Tooltip title={formatInstant(due, i18n.language, true)}>
      <span className="countdown numeric" data-late={isLate}>
        {t(isLate ? past : ahead, { time })}
      </span>
    </Tooltip>
  );
}
