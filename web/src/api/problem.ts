/** Errors of the API: problem documents (RFC 9457) in both languages, thrown as one class. */
import type { components } from "@/generated/api";
import { languageNow } from "@/i18n";

export type Problem = components["schemas"]["Problem"];
export type Finding = components["schemas"]["Finding"];

export class ProblemError extends Error {
  readonly problem: Problem;
  /** Seconds after which it makes sense to try again, when the server said so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  get findings(): Finding[] {
    return this.problem.findings ?? [];
  }

  /** The title in the language that is shown now; the client asks for `title` in English. */
  get titleNow(): string {
    return languageNow() === "zh" ? this.problem.title_zh : this.problem.title;
  }

  get detailNow(): string {
    return languageNow() === "zh" ? this.problem.detail_zh : this.problem.detail;
  }
}

const UNREACHABLE: Problem = {
  type: "urn:orderflow:problem:unreachable",
  code: "unreachable",
  status: 0,
  title: "The server can't be reached",
  detail: "Check the network and try again; whether this attempt had an effect is not known.",
  title_zh: "无法连接服务器",
  detail_zh: "请检查网络后重试；无法确定本次操作是否生效。",
  findings: [],
};

/** Reads a refused answer, also one that is no problem document (a proxy's error page). */
export async function problemOf(response: Response): Promise<ProblemError> {
  const retry = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(retry) && retry > 0 ? retry : null;
  try {
    const body = (await response.clone().json()) as Problem;
    if (typeof body.code === "string") return new ProblemError(body, retryAfter);
  } catch {
    // Falls through to words of our own.
  }
  return new ProblemError(
    {
      ...UNREACHABLE,
      status: response.status,
      code: "unexpected",
      title: `The server answered ${response.status}`,
      title_zh: `服务器返回 ${response.status}`,
    },
    retryAfter,
  );
}

/** Any error as a ProblemError: a failed connection has words too. */
export function asProblem(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : new ProblemError(UNREACHABLE);
}
