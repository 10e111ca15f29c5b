import { useCodeWord } from "@/i18n/code";
import { Pill, type Tone } from "./Pill";

const TONES: Record<string, Tone> = {
  pending_confirmation: "warn",
  in_review: "info",
  preparing: "brand",
  shipped: "brand",
  completed: "good",
  closed_abnormally: "bad",
};

/** The stages in their order; the abnormal end is none of them. */
export const STAGES = [
  "pending_confirmation",
  "in_review",
  "preparing",
  "shipped",
  "completed",
] as const;

/** A stage in words; the empty stage is of an order that has just come in. */
export function StageName({ stage }: { stage: string }) {
  const word = useCodeWord();
  return <>{word("stage", stage || "none")}</>;
}

export function StageTag({ stage }: { stage: string }) {
  return (
    <Pill tone={TONES[stage] ?? "plain"}>
      <StageName stage={stage} />
    </Pill>
  );
}
