import { useCodeWord } from "@/i18n/code";

/** What an order waits for, in words: "hold:CUSTOMS_DOC", "call:dispatch", "approve". */
export function WaitsFor({ code }: { code: string }) {
  const word = useCodeWord();
  const [kind = "", of = ""] = code.split(":");
  return <>{kind === "hold" ? word("reason", of) : word("waits", kind)}</>;
}
