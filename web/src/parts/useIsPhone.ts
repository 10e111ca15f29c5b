import { useSyncExternalStore } from "react";

const query = matchMedia("(max-width: 767px)");

function subscribe(listen: () => void): () => void {
  query.addEventListener("change", listen);
  return () => query.removeEventListener("change", listen);
}

/** Whether the window is as narrow as a phone's. Known at the first paint, so nothing jumps. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
