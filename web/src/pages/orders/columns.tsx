/** The columns of the list, and which of them somebody wants to see. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { Deadline } from "@/parts/Countdown";
import { useCountryName } from "@/parts/country";
import { Flags } from "@/parts/Flags";
import { HoldTag } from "@/parts/HoldTag";
import { Instant } from "@/parts/Instant";
import { Money } from "@/parts/Money";
import { PersonName } from "@/parts/PersonName";
import { StageTag } from "@/parts/Stage";
import { WaitsFor } from "@/parts/WaitsFor";

export type Summary = components["schemas"]["OrderSummary"];

export const COLUMNS = [
  "stage",
  "flags",
  "waits",
  "due",
  "owner",
  "customer",
  "total",
  "country",
  "group",
  "channel",
  "holds",
  "priority",
  "placed",
  "received",
] as const;
export type Column = (typeof COLUMNS)[number];

const USUAL: Column[] = ["stage", "flags", "waits", "due", "owner", "customer", "total"];

/** How wide they are in px; those shown at first fit a small desktop, 1280 px, beside the menu. */
export const WIDTHS: Record<Column | "number", number> = {
  number: 150,
  stage: 165,
  flags: 105,
  waits: 130,
  due: 125,
  owner: 105,
  customer: 130,
  total: 115,
  country: 110,
  group: 110,
  channel: 150,
  holds: 130,
  priority: 75,
  placed: 115,
  received: 115,
};

export const isRight = (column: Column) => column === "total" || column === "priority";

function Country({ code }: { code: string }) {
  return useCountryName()(code);
}

function ChannelName({ of: { channel, shop } }: { of: Summary }) {
  const word = useCodeWord();
  return `${word("channel", channel)} · ${shop}`;
}

const DASH = <span className="muted">—</span>;
const ENDED = new Set(["completed", "closed_abnormally"]);

/** Whether nothing is awaited of the order any more. */
export const isEnded = (order: Summary) => ENDED.has(order.stage);

/** The cell of a column. */
export function Cell({ column, order }: { column: Column; order: Summary }) {
  const { t } = useTranslation();
  switch (column) {
    case "stage":
      return <StageTag stage={order.stage} />;
    case "flags":
      return <Flags flags={order.flags} />;
    case "waits":
      return order.waits_for && !isEnded(order) ? <WaitsFor code={order.waits_for} /> : DASH;
    case "due":
      return <Deadline order={{ ...order, red: order.flags.includes("red") }} />;
    case "owner":
      return isEnded(order) ? (
        DASH
      ) : (
        <PersonName
          person={order.owner_person || order.owner_label}
          name={order.owner_name || null}
        />
      );
    case "customer":
      return order.customer_name || DASH;
    case "total":
      return <Money amount={order.total} currency={order.currency} />;
    case "country":
      return <Country code={order.country} />;
    case "group":
      return order.group || <span className="muted">{t("group.none")}</span>;
    case "channel":
      return <ChannelName of={order} />;
    case "holds":
      return (
        <span className="pills">
          {order.held_reasons.map((reason) => (
            <HoldTag key={reason} reason={reason} />
          ))}
        </span>
      );
    case "priority":
      return order.priority;
    case "placed":
      return <Instant at={order.placed_at} />;
    case "received":
      return <Instant at={order.received_at} />;
  }
}

function kept(key: string): Column[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "");
    if (Array.isArray(stored)) return COLUMNS.filter((column) => stored.includes(column));
  } catch {
    // Nothing was chosen, or something that is none of ours.
  }
  return USUAL;
}

/** The columns of the person who looks, kept in this browser. */
export function useColumns(): [Column[], (columns: Column[]) => void] {
  const { session } = useSession();
  const key = `orderflow.columns.${session.person_id}`;
  const [columns, setColumns] = useState(() => kept(key));
  return [
    columns,
    (chosen) => {
      const next = COLUMNS.filter((column) => chosen.includes(column));
      localStorage.setItem(key, JSON.stringify(next));
      setColumns(next);
    },
  ];
}
