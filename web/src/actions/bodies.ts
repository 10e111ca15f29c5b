/** From what was typed to what is sent. */
import type { ActionName, BodyOf } from "./names";

/** The values of the fields of all dialogs. */
export interface Typed {
  note?: string;
  reason?: string;
  assignee?: string;
  person?: string;
  people?: string[];
  when?: "before" | "after" | "parallel";
  tracking?: string;
  carrier?: string;
  parcel?: string;
  group?: string;
  hold?: string;
  /** Pieces by line; missing or all of them: everything that is left. */
  pieces?: Record<string, number>;
}

type Reason = NonNullable<BodyOf<"hold">["reason"]>;

function linesOf(pieces: Typed["pieces"]) {
  return Object.entries(pieces ?? {})
    .filter(([, quantity]) => quantity > 0)
    .map(([line_id, quantity]) => ({ line_id, quantity }));
}

/** The verdict that each of the three decisions stands for. */
export const VERDICTS = {
  approve: "approve",
  reject: "reject",
  return_to_submitter: "return",
} as const;

export function bodyOf(name: ActionName, typed: Typed, contentHash: string): BodyOf<ActionName> {
  const note = typed.note?.trim() ?? "";
  switch (name) {
    case "approve":
    case "reject":
    case "return_to_submitter":
      return { verdict: VERDICTS[name], content_hash: contentHash, note };
    case "add_signer":
      return { person: typed.person ?? "", when: typed.when ?? "parallel", note };
    case "transfer":
      return { person: typed.person ?? "", note };
    case "copy":
      return { people: typed.people ?? [] };
    case "ship":
      return {
        tracking_number: typed.tracking?.trim() ?? "",
        carrier: typed.carrier?.trim() ?? "",
        lines: linesOf(typed.pieces),
      };
    case "deliver":
      return { tracking_number: typed.parcel ?? "" };
    case "hold":
      return { reason: typed.reason as Reason, note, assignee: typed.assignee ?? "" };
    case "cancel":
    case "object":
      return { reason: typed.reason as Reason, note };
    case "return":
      return { note, lines: linesOf(typed.pieces) };
    case "group":
      return { group: typed.group ?? "" };
    case "withdraw":
    case "release":
      return { note };
    default:
      return {};
  }
}
