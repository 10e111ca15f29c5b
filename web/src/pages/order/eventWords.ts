/** What happened, in words: a sentence per kind of event, made of its codes and people's names. */
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import i18n from "@/i18n";
import { useCodeWord } from "@/i18n/code";
import { useActorName } from "@/parts/actor";

export type TimelineEntry = components["schemas"]["TimelineEntry"];

/** The API's names of actions as refusals have them: `Decide`, `ReleaseHold`. */
const ACTIONS: Record<string, string> = {
  Confirm: "confirm",
  Decide: "approve",
  AddSign: "add_signer",
  Transfer: "transfer",
  Withdraw: "withdraw",
  Urge: "urge",
  CopyTo: "copy",
  Ship: "ship",
  Deliver: "deliver",
  RaiseHold: "hold",
  ReleaseHold: "release",
  Amend: "amend",
  Cancel: "cancel",
  RequestReturn: "return",
  AssignGroup: "group",
  RaiseObjection: "object",
};

/** The kinds of which there are two sentences, by what else is known. */
function variant({ kind, data }: TimelineEntry): string {
  if (kind === "signed" && data.on_behalf_of) return "signed_for";
  if (kind === "escalated" && !data.waits_on) return "escalated_alone";
  if (kind === "withdrawn")
    return data.what === "order" ? "withdrawn_order" : "withdrawn_signature";
  return kind;
}

/** Says an event in a sentence; the kind itself where a newer server knows more than we do. */
export function useEventSentence(): (event: TimelineEntry) => string {
  const { t } = useTranslation(["order", "common"]);
  const word = useCodeWord();
  const nameOf = useActorName();
  const namesOf = (listed = "") => listed.split(",").filter(Boolean).map(nameOf).join(", ");

  return (event) => {
    const { data } = event;
    const key = `event.${variant(event)}`;
    if (!i18n.exists(`order:${key}`)) return event.kind;
    const action = ACTIONS[data.action ?? ""] ?? data.action ?? "";
    const words: Record<string, string | undefined> = {
      ...data,
      to: event.kind === "stage_entered" ? word("stage", data.to ?? "") : data.to,
      from: nameOf(data.from ?? ""),
      group: data.group || t("common:group.none"),
      tier: data.tier || "—",
      reason: word("reason", data.reason ?? ""),
      assignee: nameOf(data.assignee ?? ""),
      person: nameOf(data.person ?? data.on_behalf_of ?? ""),
      version: data.content_version,
      waits_on: namesOf(data.waits_on),
      told: namesOf(data.told) || "—",
      undo: word("order:undo", data.undo ?? ""),
      action: word("order:action", action),
      code: word("order:refusal", data.code ?? ""),
      carrier: data.carrier ? `(${data.carrier})` : "",
    };
    return String(i18n.t(`order:${key}` as never, words as never));
  };
}
