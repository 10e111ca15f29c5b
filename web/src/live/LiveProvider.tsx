import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { Refresher } from "./refresher";
import { ChangeStream, type LiveState } from "./stream";

const Live = createContext<LiveState>("reconnecting");

/** While the stream is away, what is shown is asked for again this often. */
const POLL_MS = 30_000;

/** Follows changes for as long as it is mounted, and keeps the shown answers fresh. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>("reconnecting");

  useEffect(() => {
    const refresher = new Refresher(queries);
    const stream = new ChangeStream("/api/v1/events", {
      onOrder: (orderId) => refresher.order(orderId),
      onResync: () => refresher.all(),
      onState: setState,
    });
    stream.start();
    return () => stream.stop();
  }, [queries]);

  useEffect(() => {
    if (state !== "behind") return;
    const timer = setInterval(() => void queries.invalidateQueries(), POLL_MS);
    return () => clearInterval(timer);
  }, [state, queries]);

  return <Live value={state}>{children}</Live>;
}

/** Whether what is shown follows the truth as it changes. */
export function useLive(): LiveState {
  return useContext(Live);
}
