/** The wall is drawn for a screen of 1920 × 1080 and enlarged or shrunk to the one that is there. */
import { useSyncExternalStore } from "react";

const WIDTH = 1920;
const HEIGHT = 1080;
/** Narrower than this, shrinking would leave nothing to read: the parts stand below each other. */
const NARROW = 1000;

export interface Stage {
  isNarrow: boolean;
  scale: number;
  width: number;
  height: number;
}

let last: Stage = measured();

function measured(): Stage {
  const { innerWidth, innerHeight } = window;
  const scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
  const size = { width: innerWidth / scale, height: innerHeight / scale };
  return { isNarrow: innerWidth < NARROW, scale, ...size };
}

function subscribe(listen: () => void): () => void {
  const onResize = () => {
    last = measured();
    listen();
  };
  onResize();
  window.addEventListener("resize", onResize);
  return () => window.removeEventListener("resize", onResize);
}

export function useStage(): Stage {
  return useSyncExternalStore(subscribe, () => last);
}
