import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";
import { Instant } from "@/parts/Instant";
import { useNames } from "@/parts/names";
import { PersonName } from "@/parts/PersonName";
import { Pill } from "@/parts/Pill";
import type { Entry } from "./queries";

export function Owner({ entry }: { entry: Entry }) {
  const names = useNames();
  const owner = entry.owner_person || entry.owner_role;
  return <PersonName person={owner} name={names[entry.owner_person] ?? null} />;
}

/** What became of a message, by whom and when. */
export function Resolution({ entry }: { entry: Entry }) {
  const { t } = useTranslation("quarantine");
  const word = useCodeWord();
  const names = useNames();
  if (!entry.resolution) return <Pill tone="warn">{t("waits")}</Pill>;
  const by = entry.resolved_by ?? "";
  return (
    <span className="quarantine-resolution">
      <Pill tone={entry.resolution === "discard" ? "plain" : "good"}>
        {word("quarantine:resolution", entry.resolution)}
      </Pill>
      <span>
        <PersonName person={by} name={names[by] ?? null} /> · <Instant at={entry.resolved_at} />
      </span>
    </span>
  );
}
