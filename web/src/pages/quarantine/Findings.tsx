import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useFindingWords } from "@/parts/findingWords";
import { Pill } from "@/parts/Pill";
import { placeOf } from "./pretty";
import type { EntryDetail } from "./queries";

interface FindingsProps {
  entry: EntryDetail;
  text: string;
  onShow(place: [number, number]): void;
}

/** What was wrong, field by field, with a way to the place in the text. */
export function Findings({ entry, text, onShow }: FindingsProps) {
  const { t } = useTranslation("quarantine");
  const words = useFindingWords();
  return (
    <ul className="quarantine-findings">
      {entry.findings.map((finding) => {
        const place = placeOf(text, finding.field);
        return (
          <li key={`${finding.field} ${finding.code}`}>
            <div className="quarantine-field">
              <code>{finding.field || t("whole_message")}</code>
              <Pill tone={finding.severity === "error" ? "bad" : "warn"}>
                {t(`severity.${finding.severity}`)}
              </Pill>
              {place && (
                <Button size="small" type="link" onClick={() => onShow(place)}>
                  {t("show_place")}
                </Button>
              )}
            </div>
            <div>{words(finding)}</div>
          </li>
        );
      })}
    </ul>
  );
}
