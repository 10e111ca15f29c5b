/** One stream of changes for the whole app, which comes back by itself. */

export type LiveState = "live" | "reconnecting" | "behind";

export interface StreamEvents {
  onOrder(orderId: string): void;
  onResync(): void;
  onState(state: LiveState): void;
}

const MOST_WAIT_MS = 15_000;
/** After this long without the stream, what is shown may be old enough to mislead. */
const BEHIND_AFTER_MS = 8_000;
/** A browser allows six connections to a host: a tab that nobody looks at gives its own back. */
const HIDDEN_FOR_MS = 60_000;

export class ChangeStream {
  private source: EventSource | null = null;
  private retryTimer = 0;
  private behindTimer = 0;
  private hiddenTimer = 0;
  private failures = 0;

  private readonly url: string;
  private readonly events: StreamEvents;

  constructor(url: string, events: StreamEvents) {
    this.url = url;
    this.events = events;
  }

  start(): void {
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.reopen);
    this.open();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.reopen);
    this.close();
    clearTimeout(this.hiddenTimer);
    clearTimeout(this.behindTimer);
  }

  private open(): void {
    this.close();
    const source = new EventSource(this.url);
    this.source = source;
    source.onopen = () => this.onOpen();
    source.onerror = () => this.onError();
    source.addEventListener("order", (event) => {
      this.events.onOrder((JSON.parse(event.data) as { order_id: string }).order_id);
    });
    source.addEventListener("resync", () => this.events.onResync());
  }

  private close(): void {
    clearTimeout(this.retryTimer);
    this.source?.close();
    this.source = null;
  }

  private onOpen(): void {
    this.failures = 0;
    clearTimeout(this.behindTimer);
    this.behindTimer = 0;
    this.events.onState("live");
  }

  // Also for a refusal (signed out, server full), after which a browser would not try again.
  private onError(): void {
    this.close();
    if (!this.behindTimer) {
      this.events.onState("reconnecting");
      this.behindTimer = window.setTimeout(() => this.events.onState("behind"), BEHIND_AFTER_MS);
    }
    const wait = Math.min(MOST_WAIT_MS, 1_000 * 2 ** this.failures);
    this.failures += 1;
    this.retryTimer = window.setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }

  private readonly reopen = (): void => {
    if (this.source?.readyState !== EventSource.OPEN) this.open();
  };

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiddenTimer);
    if (document.hidden) {
      this.hiddenTimer = window.setTimeout(() => this.close(), HIDDEN_FOR_MS);
    } else {
      this.reopen();
    }
  };
}
