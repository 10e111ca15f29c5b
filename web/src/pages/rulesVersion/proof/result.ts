/** The result of a backtest; see domain/backtest/report.py. Amounts are in base currency. */
export interface Counted {
  orders: number;
  amount: string;
  /** The largest of them, twenty at most. */
  examples?: string[];
}

export interface Moved extends Counted {
  from: string;
  to: string;
}

export interface Ended extends Counted {
  ending: string;
  reason: string;
}

export interface Work {
  tier: string;
  role: string;
  orders: number;
  hours: string | null;
}

export type Fate = "met" | "missed" | "missed_to_met" | "met_to_missed" | "unknown" | "not_reached";

export interface Deadlines extends Record<Fate, number> {
  stage: string;
  examples: { missed_to_met: string[]; met_to_missed: string[] };
}

export interface Unknown extends Counted {
  reason: string;
  en: string;
  zh: string;
}

export interface Result {
  base_currency: string;
  orders: { found: number; judged: number; changed: Counted };
  tables: Record<string, number>;
  unknown: Unknown[];
  tiers: Moved[];
  amount_moved: string;
  signing: Moved[];
  confirmation: Moved[];
  routing: Moved[];
  priority: Moved[];
  now_automatic: Counted & { ended: Ended[]; rejected_then: Counted };
  now_people: Counted;
  hours: {
    definition_en: string;
    definition_zh: string;
    saved: Work[];
    added: Work[];
    saved_hours: string | null;
    added_hours: string | null;
    complete: boolean;
  };
  deadlines: Deadlines[];
}
