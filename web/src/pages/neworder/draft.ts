/** An order that is being written, and where it is kept while it is. */
import { newIntent } from "@/api/intent";

export interface DraftLine {
  key: string;
  sku: string;
  title: string;
  quantity: string;
  unit_price: string;
  discount: string;
  /** A percentage; the API is told the amount. */
  tax_rate: string;
}

export interface Draft {
  /** The Idempotency-Key: one for each order, however often it is sent. */
  intent: string;
  /** Set when it is sent for the first time, so that a repetition says the same. */
  placed_at: string | null;
  shop: string;
  external_id: string;
  currency: string;
  customer: { kind: "business" | "consumer"; name: string; email: string; phone: string };
  shipping_address: {
    name: string;
    line1: string;
    line2: string;
    city: string;
    region: string;
    postal_code: string;
    country: string;
    phone: string;
  };
  lines: DraftLine[];
  tax_included: boolean;
  shipping: string;
  payment_status: "pending" | "paid";
  payment_terms: string;
  notes: string;
}

const STORED = "orderflow.new-order";

export function newLine(tax_rate = ""): DraftLine {
  return {
    key: newIntent(),
    sku: "",
    title: "",
    quantity: "1",
    unit_price: "",
    discount: "",
    tax_rate,
  };
}

/** A number nobody else has: the day and a few letters that are not mixed up when read aloud. */
function suggestedNumber(intent: string): string {
  const day = new Date().toISOString().slice(2, 10).replaceAll("-", "");
  return `F${day}-${intent.slice(0, 6).toUpperCase()}`;
}

export function newDraft(like?: Draft): Draft {
  const intent = newIntent();
  return {
    intent,
    placed_at: null,
    shop: like?.shop ?? "main",
    external_id: suggestedNumber(intent),
    currency: like?.currency ?? "EUR",
    customer: { kind: "business", name: "", email: "", phone: "" },
    shipping_address: {
      name: "",
      line1: "",
      line2: "",
      city: "",
      region: "",
      postal_code: "",
      country: like?.shipping_address.country ?? "DE",
      phone: "",
    },
    lines: [newLine(like?.lines[0]?.tax_rate)],
    tax_included: like?.tax_included ?? false,
    shipping: "",
    payment_status: "pending",
    payment_terms: "",
    notes: "",
  };
}

/** The draft of this tab, also after a reload; a new one where it can't be read. */
export function storedDraft(): Draft {
  try {
    const stored = sessionStorage.getItem(STORED);
    if (stored) return { ...newDraft(), ...(JSON.parse(stored) as Draft) };
  } catch {
    // A draft of another version is no loss worth a broken page.
  }
  return newDraft();
}

export function store(draft: Draft): void {
  sessionStorage.setItem(STORED, JSON.stringify(draft));
}

export function forget(): void {
  sessionStorage.removeItem(STORED);
}
