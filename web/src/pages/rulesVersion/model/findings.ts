/** What a check found, by the cell it is about. */
import { asProblem } from "@/api/problem";
import type { Output, Tables } from "./tables";

interface Both {
  en: string;
  zh: string;
}

/** What a row makes of an example order. */
export interface Shown {
  row: string;
  inputs: Record<string, Output>;
  outputs: Record<string, Output>;
}

export interface RuleFinding {
  code: string;
  table: string;
  /** Empty: about the whole table. */
  row: string;
  /** Empty: about the whole row. */
  column: string;
  /** Where it is in the document, for what was refused on saving. */
  path: string;
  message: Both;
  example: Record<string, Output> | null;
  answers: Shown[];
  severity: "error" | "warning";
  sheet: string;
  cell: string;
}

/** The findings that a problem carries (a document or workbook that was refused). */
export function findingsOf(error: unknown): RuleFinding[] {
  const members = asProblem(error).problem as unknown as { rule_findings?: RuleFinding[] };
  return members.rule_findings ?? [];
}

const PATH = /^tables\.([a-z_]+)(?:\.rules\[(\d+)\](?:\.(?:when|then)\.([a-z_]+))?)?/;

/** Findings that only say where in the document they are, with table, row and column filled in. */
export function located(findings: RuleFinding[], tables: Tables): RuleFinding[] {
  return findings.map((finding) => {
    const [, table = "", index, column = ""] = PATH.exec(finding.path) ?? [];
    if (finding.row || index === undefined) return { ...finding, table: finding.table || table };
    const row = tables[table]?.rules[Number(index)]?.id ?? "";
    return { ...finding, table, row, column: finding.column || column };
  });
}

export function findingsAt(
  findings: readonly RuleFinding[],
  row: string,
  column: string,
): RuleFinding[] {
  return findings.filter((each) => each.row === row && each.column === column);
}

export function worst(findings: readonly RuleFinding[]): "error" | "warning" | undefined {
  if (findings.some((each) => each.severity === "error")) return "error";
  return findings.length ? "warning" : undefined;
}
