/** Asks again what changes have made old: never more often than the pause, never twice at once. */
import type { QueryClient } from "@tanstack/react-query";
import { isAffected } from "./affected";

const PAUSE_MS = 500;

export class Refresher {
  private orders = new Set<string>();
  private everything = false;
  private isRunning = false;
  private readonly queries: QueryClient;

  constructor(queries: QueryClient) {
    this.queries = queries;
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
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      await this.refresh();
    }
    this.isRunning = false;
  }

  /** Waits for the answers, so that a slow server is asked less often. */
  private async refresh(): Promise<void> {
    const { orders, everything } = this;
    this.orders = new Set();
    this.everything = false;
    await this.queries.invalidateQueries({
      predicate: (query) => everything || isAffected(query, orders),
    });
  }
}
