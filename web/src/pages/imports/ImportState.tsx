import { useTranslation } from "react-i18next";
import { Pill, type Tone } from "@/parts/Pill";
import type { ImportView } from "./useImport";

const TONES: Record<ImportView["state"], Tone> = {
  received: "plain",
  running: "info",
  interrupted: "warn",
  done: "good",
  failed: "bad",
  cancelled: "plain",
};

export function ImportState({ state }: { state: ImportView["state"] }) {
  const { t } = useTranslation("imports");
  return <Pill tone={TONES[state]}>{t(`state.${state}`)}</Pill>;
}
