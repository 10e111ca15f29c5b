/** How the board says names, numbers and spans of time in the language that is shown. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";
import { useDuration } from "@/parts/duration";
import type { Group, Overview, Stuck } from "./queries";

const PERCENT: Intl.NumberFormatOptions = { style: "percent", maximumFractionDigits: 0 };

/** The name of a group by its code, the code itself while the names are not there. */
export function useGroupName(groups: readonly Group[] | undefined): (code: string) => string {
  const { t, i18n } = useTranslation();
  const isChinese = i18n.resolvedLanguage === "zh";
  return (code) => {
    if (!code) return t("group.none");
    const group = groups?.find((each) => each.code === code);
    return (isChinese ? group?.name_zh : group?.name_en) || code;
  };
}

export function useNumbers() {
  const { i18n } = useTranslation();
  const plain = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(i18n.language, PERCENT);
  return {
    number: (value: number) => plain.format(value),
    /** A share between 0 and 1; a dash when there is none. */
    percent: (share: number | null) => (share === null ? "—" : percent.format(share)),
  };
}

/** "7 orders in Europe wait on …" and who is asked to follow up. */
export function useStuckWords(groupName: (code: string) => string) {
  const { t, i18n } = useTranslation("board");
  const word = useCodeWord();
  // Chinese full stops bring their own room.
  const gap = i18n.resolvedLanguage === "zh" ? "" : " ";
  return ({ group, reason, orders, assignee, assignee_name: name }: Stuck) => {
    const values = { count: orders, reason: word("reason", reason) };
    return {
      sentence: group
        ? t("stuck.in_group", { ...values, group: groupName(group) })
        : t("stuck.no_group", values),
      gap,
      request: assignee
        ? t("stuck.please", { who: name || word("role", assignee) })
        : t("stuck.nobody"),
    };
  };
}

/** Days of the board are days in UTC, so the weekday is too. */
export function useWeekday(): (at: string) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "UTC" });
  return (at) => format.format(new Date(at));
}

/** When the board's day began, by the viewer's clock. */
export function useClock(): (at: Date) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  return (at) => format.format(at);
}

export function dayBegin({ at }: Pick<Overview, "at">): Date {
  return new Date(`${at.slice(0, 10)}T00:00:00Z`);
}

type Unit = "days" | "hours" | "minutes" | "seconds";

function inUnit(seconds: number): { unit: Unit; value: number } {
  if (seconds >= 86_400) return { unit: "days", value: seconds / 86_400 };
  if (seconds >= 3_600) return { unit: "hours", value: seconds / 3_600 };
  if (seconds >= 60) return { unit: "minutes", value: seconds / 60 };
  return { unit: "seconds", value: seconds };
}

/** A span of time in its largest unit ("1.5 d"), for where there is little room. */
export function useShortSpan(): (seconds: number) => string {
  const { t, i18n } = useTranslation("board");
  return useCallback(
    (seconds) => {
      const { unit, value } = inUnit(Math.max(0, seconds));
      const digits = (unit === "days" || unit === "hours") && value < 10 ? 1 : 0;
      const format = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits });
      return t(`trend.unit.${unit}`, { value: format.format(value) });
    },
    [t, i18n.language],
  );
}

/** An amount of time in hours, also beyond a day: what was lost is compared by it. */
export function useHours(): (hours: number) => string {
  const { t, i18n } = useTranslation("board");
  return (hours) => {
    const unit = hours < 1 ? "minutes" : "hours";
    const format = new Intl.NumberFormat(i18n.language, {
      maximumFractionDigits: hours < 1 || hours >= 10 ? 0 : 1,
    });
    return t(`trend.unit.${unit}`, { value: format.format(hours < 1 ? hours * 60 : hours) });
  };
}

/** How long ago something was. */
export function useAge(): (since: string) => string {
  const duration = useDuration();
  return (since) => duration(Math.max(0, (Date.now() - Date.parse(since)) / 1_000));
}
