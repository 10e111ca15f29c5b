import { useTranslation } from "react-i18next";
import { Pill, type Tone } from "@/parts/Pill";

const TONES: Record<string, Tone> = {
  draft: "warn",
  checked: "info",
  published: "good",
  superseded: "plain",
  discarded: "plain",
};

/** Where a version stands in its life. */
export function StatePill({ state }: { state: string }) {
  const { t } = useTranslation("rules");
  const isKnown = state in TONES;
  return (
    <Pill tone={TONES[state] ?? "plain"} strong={state === "published"}>
      {isKnown ? t(`state.${state as "draft"}`) : state}
    </Pill>
  );
}
