import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import type { Column, Table } from "../model/tables";
import type { Choice } from "./ValueInput";

/** What may be entered in a column of free text: what it holds elsewhere, people, calendars. */
export function useSuggestions(table: Table, column: Column): Choice[] {
  const { t, i18n } = useTranslation("rules");
  const { can } = useSession();
  const isOpenText = column.type === "text" && !column.allowed;
  const wantsPeople = isOpenText && column.name === "rescue" && can("people.read");
  const wantsCalendars = isOpenText && column.name === "calendar" && can("people.read");
  const { data: staff } = api.useQuery("get", "/api/v1/people", {}, { enabled: wantsPeople });
  const { data: kept } = api.useQuery("get", "/api/v1/calendars", {}, { enabled: wantsCalendars });
  return useMemo(() => {
    if (!isOpenText) return [];
    if (wantsPeople) {
      const active = staff?.people.filter((person) => person.active) ?? [];
      return active.map(({ person_id, name }) => ({
        value: person_id,
        label: `${name} (${person_id})`,
      }));
    }
    if (wantsCalendars) {
      const isChinese = i18n.resolvedLanguage === "zh";
      const calendars = (kept?.calendars ?? []).map(({ code, name_en, name_zh }) => ({
        value: code,
        label: `${isChinese ? name_zh : name_en} (${code})`,
      }));
      return [{ value: "group", label: t("edit.calendar_of_group") }, ...calendars];
    }
    return [...heldIn(table, column)].sort().map((value) => ({ value, label: value }));
  }, [
    table,
    column,
    isOpenText,
    wantsPeople,
    wantsCalendars,
    staff,
    kept,
    i18n.resolvedLanguage,
    t,
  ]);
}

function heldIn(table: Table, column: Column): Set<string> {
  const held = table.rules.flatMap((row) => [
    row.then[column.name],
    ...(row.when[column.name]?.values ?? []),
  ]);
  return new Set(held.filter((value) => typeof value === "string" && value !== "") as string[]);
}
