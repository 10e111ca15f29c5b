/** The morning report: the board in sentences, to be sent or read out. */
import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";
import { useDuration } from "@/parts/duration";
import { formatInstant } from "@/parts/Instant";
import { byTrouble, useShopName } from "./Intake";
import type { Backlog, GroupChoice, Losses, Order, Overview } from "./queries";
import { TOP } from "./TopLosses";
import { useHours, useNumbers, useStuckWords, useWeekday } from "./words";

export interface Told {
  overview: Overview;
  backlog: Backlog;
  reds: readonly Order[];
  losses: Losses;
}

function useRedLine(): (order: Order) => string {
  const { t } = useTranslation("common");
  const word = useCodeWord();
  const duration = useDuration();
  return (order) => {
    const [kind = "", of = ""] = order.waits_for.split(":");
    const held = order.held_reasons.map((reason) => word("reason", reason)).join(" + ");
    const due = order.due_at ? (Date.parse(order.due_at) - Date.now()) / 1_000 : null;
    const waits = kind === "hold" ? word("reason", of) : word("waits", kind);
    const owner = order.owner_name || order.owner_person || order.owner_label;
    return [
      order.number || order.external_id,
      word("stage", order.stage || "none"),
      held || waits,
      owner ? word("role", owner) : t("person.nobody"),
      due === null ? "" : t(due < 0 ? "time.past" : "time.left", { time: duration(due) }),
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

function useOpening(group: GroupChoice) {
  const { t, i18n } = useTranslation(["board", "common"]);
  const { percent } = useNumbers();
  const weekday = useWeekday();
  return (
    { at, groups, open, today, last_week: before, auto_pass: passed }: Overview,
    name: string,
  ) => [
    t("report.title", {
      group: group === undefined && groups.length > 1 ? t("common:group.all") : name,
      at: formatInstant(at, i18n.language),
    }),
    t("report.open", { ...open }),
    t("report.today", {
      day: weekday(at),
      received: today.received,
      received_before: before.received,
      completed: today.completed,
      completed_before: before.completed,
    }),
    t("report.auto_pass", { share: percent(passed.share === null ? null : Number(passed.share)) }),
  ];
}

/** What came in badly: interrupted shops, and what no group has. */
function useIntakeLines(): (overview: Overview) => string[] {
  const { t } = useTranslation("board");
  const shopName = useShopName();
  return ({ intake, quarantined, pool }) => [
    ...byTrouble(intake)
      .filter(({ breaker, parked }) => breaker !== "closed" || parked)
      .map((shop) =>
        t("report.intake", {
          shop: shopName(shop),
          state: t(`intake.state.${shop.breaker}`),
          parked: shop.parked,
        }),
      ),
    ...(quarantined || pool ? [t("report.waiting", { quarantined, pool })] : []),
  ];
}

const listed = (title: string, none: string, lines: string[]) =>
  lines.length ? ["", title, ...lines.map((line) => `- ${line}`)] : ["", none];

/** Returns what says the board in the language that is shown. */
export function useReport(
  group: GroupChoice,
  groupName: (code: string) => string,
): (told: Told) => string {
  const { t } = useTranslation("board");
  const word = useCodeWord();
  const redLine = useRedLine();
  const opening = useOpening(group);
  const intakeLines = useIntakeLines();
  const hours = useHours();
  const stuckWords = useStuckWords(groupName);
  return ({ overview, backlog, reds, losses }) => {
    const stuck = backlog.stuck
      .map(stuckWords)
      .map(({ sentence, gap, request }) => sentence + gap + request);
    const top = losses.reasons.slice(0, TOP).map((loss) =>
      t("report.loss", {
        reason: word("reason", loss.reason),
        time: hours(loss.hours_lost),
        orders: loss.orders,
        before: loss.previous_orders,
      }),
    );
    const waiting = intakeLines(overview);
    return [
      ...opening(overview, groupName(group ?? overview.groups[0]?.code ?? "")),
      ...listed(t("report.reds"), t("report.no_reds"), reds.map(redLine)),
      ...listed(t("report.stuck"), t("report.nothing_stuck"), stuck),
      ...(top.length ? listed(t("report.losses"), "", top) : []),
      ...(waiting.length ? ["", ...waiting] : []),
    ].join("\n");
  };
}
