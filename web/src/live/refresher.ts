/** Asks again what changes have made old: never more often than the pause, never twice at once. */
import type { Query, QueryClient } from "@tanstack/react-query";

const PAUSE_MS = 500;

const passing = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Refresher {
  private orders = new Set<string>();
  private everything = false;
  private isRunning = false;
  private readonly queries: QueryClient;

  private readonly isAffected: (query: Query, orders: ReadonlySet<string>) => boolean;
  private readonly restMs: number;

  /** After each time it rests for `restMs`, however much has changed meanwhile. */
  constructor(queries: QueryClient, isAffected: Refresher["isAffected"], restMs = 0) {
    this.queries = queries;
    this.isAffected = isAffected;
    this.restMs = restMs;
  }

  order(orderId: string): void {
    this.orders.add(orderId);
    void this.run();
  }

  all(): void {
    this.everything = true;
    void this.run();
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.everything || this.orders.size) {
      await passing(PAUSE_MS);
      await this.refresh();
      await passing(this.restMs);
    }
    this.isRunning = false;
  }

  /** Waits for the answers, so that a slow server is asked less often. */
  private async refresh(): Promise<void> {
    const { orders, everything } = this;
    this.orders = new Set();
    this.everything = false;
    await this.queries.invalidateQueries({
      predicate: (query) => everything || this.isAffected(query, orders),
    });
  }
}
