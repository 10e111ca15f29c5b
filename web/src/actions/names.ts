/** What people do to an order: the names of the API's `/actions`, and where each is sent. */
import type { paths } from "@/generated/api";

const ORDER = "/api/v1/orders/{order_id}";

export const PATHS = {
  confirm: `${ORDER}/confirm`,
  approve: `${ORDER}/decisions`,
  reject: `${ORDER}/decisions`,
  return_to_submitter: `${ORDER}/decisions`,
  add_signer: `${ORDER}/signers`,
  transfer: `${ORDER}/transfers`,
  withdraw: `${ORDER}/withdrawals`,
  urge: `${ORDER}/urges`,
  copy: `${ORDER}/copies`,
  ship: `${ORDER}/shipments`,
  deliver: `${ORDER}/deliveries`,
  hold: `${ORDER}/holds`,
  release: `${ORDER}/holds/{hold_id}/release`,
  amend: `${ORDER}/amendments`,
  cancel: `${ORDER}/cancellation`,
  return: `${ORDER}/returns`,
  group: `${ORDER}/group`,
  object: `${ORDER}/objections`,
} as const satisfies Record<string, keyof paths>;

export type ActionName = keyof typeof PATHS;

type Request<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: infer Body };
}
  ? NonNullable<Body> extends { content: { "application/json": infer Json } }
    ? NonNullable<Json>
    : never
  : never;

/** The body of an action; the idempotency key goes in its header. */
export type BodyOf<Name extends ActionName> = Name extends ActionName
  ? Partial<Request<(typeof PATHS)[Name]>>
  : never;

/** One thing that somebody wants done. */
export interface Intent<Name extends ActionName = ActionName> {
  name: Name;
  orderId: string;
  /** What people call the order. */
  number: string;
  holdId?: string;
  body: BodyOf<Name>;
}

/** What ends an order or sends it back. */
export const DANGEROUS: ReadonlySet<ActionName> = new Set([
  "reject",
  "return_to_submitter",
  "cancel",
  "return",
  "object",
]);

/** What is done with one tap: nothing has to be typed. */
export const ONE_TAP: ReadonlySet<ActionName> = new Set(["confirm", "approve", "urge"]);
