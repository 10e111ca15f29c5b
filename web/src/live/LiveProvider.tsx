import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { isAffected, isBoard } from "./affected";
import { Refresher } from "./refresher";
import { ChangeStream, type LiveState } from "./stream";

interface Liveness {
  state: LiveState;
  /** Until when what is shown followed every change; not told while it does. */
  until: number;
}

const Live = createContext<Liveness>({ state: "reconnecting", until: 0 });

/** While the stream is away, what is shown is asked for again this often. */
const POLL_MS = 30_000;

/** Figures over all orders cost more than a list of some: a busy hour does not ask for each change. */
const BOARD_REST_MS = 4_000;

function follow({ state, until }: Liveness, next: LiveState): Liveness {
  return { state: next, until: state === "live" ? Date.now() : until };
}

/** Follows changes for as long as it is mounted, and keeps the shown answers fresh. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>(() => ({
    state: "reconnecting",
    until: Date.now(),
  }));
  const { state } = liveness;

  useEffect(() => {
    const lists = new Refresher(queries, isAffected);
    const boards = new Refresher(queries, isBoard, BOARD_REST_MS);
    const stream = new ChangeStream("/api/v1/events", {
      onOrder(orderId) {
        lists.order(orderId);
        boards.order(orderId);
      },
      onResync: () => lists.all(),
      onState: (next) => setLiveness((before) => follow(before, next)),
    });
    stream.start();
    return () => stream.stop();
  }, [queries]);

  useEffect(() => {
    if (state !== "behind") return;
    const timer = setInterval(() => void queries.invalidateQueries(), POLL_MS);
    return () => clearInterval(timer);
  }, [state, queries]);

  return <Live value={liveness}>{children}</Live>;
}

/** Whether what is shown follows the truth as it changes. */
export function useLive(): LiveState {
  return useContext(Live).state;
}

export function useLiveUntil(): number {
  return useContext(Live).until;
}
