import { useCodeWord } from "@/i18n/code";
import { Pill, type Tone } from "./Pill";

const TONES: Record<string, Tone> = { red: "bad", escalated: "warn", late: "bad", held: "warn" };
const ORDER = ["red", "escalated", "late", "held"];

/** An order's flags, the gravest first; nothing when it has none. */
export function Flags({ flags }: { flags: readonly string[] }) {
  const word = useCodeWord();
  if (!flags.length) return null;
  const sorted = [...flags].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return (
    <span className="pills">
      {sorted.map((flag) => (
        <Pill key={flag} tone={TONES[flag] ?? "plain"} strong={flag === "red"}>
          {word("flag", flag)}
        </Pill>
      ))}
    </span>
  );
}
