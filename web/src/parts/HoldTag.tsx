import { useCodeWord } from "@/i18n/code";
import { Pill } from "./Pill";

/** The reason of a hold in words. */
export function HoldTag({ reason }: { reason: string }) {
  const word = useCodeWord();
  return <Pill tone="warn">{word("reason", reason)}</Pill>;
}
