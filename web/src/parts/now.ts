/** One clock for everything that counts: a tick a second, only while somebody looks. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let timer = 0;

function subscribe(listen: () => void): () => void {
  listeners.add(listen);
  if (!timer) {
    timer = window.setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, 1_000);
  }
  return () => {
    listeners.delete(listen);
    if (!listeners.size) {
      clearInterval(timer);
      timer = 0;
    }
  };
}

/** The browser's time in milliseconds, to the step: a component is drawn anew once a step. */
export function useNow(stepMs = 1_000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / stepMs) * stepMs);
}
