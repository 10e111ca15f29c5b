import type { Finding } from "@/api/problem";
import { useFormWords } from "./fieldNames";

/** What is wrong, one line each; read aloud as it appears. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const words = useFormWords();
  return (
    <div role="status">
      {findings.map((finding) => (
        <div
          key={`${finding.field} ${finding.code}`}
          className="finding"
          data-severity={finding.severity}
        >
          {words(finding)}
        </div>
      ))}
    </div>
  );
}
