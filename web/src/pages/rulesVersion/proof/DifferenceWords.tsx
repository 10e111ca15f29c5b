import type { Difference } from "./verdicts";

/** Before and after, a line each. */
export function DifferenceWords({ differences }: { differences: readonly Difference[] }) {
  return (
    <ul className="rule-differences">
      {differences.map(({ key, label, before, after }) => (
        <li key={key}>
          <span className="muted">{label}</span> <del>{before}</del> → <ins>{after}</ins>
        </li>
      ))}
    </ul>
  );
}
