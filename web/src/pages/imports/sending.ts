/** What is sent with the files, and sending both. */
import { request } from "@/api/request";
import { zoneHere } from "@/parts/regions";
import type { ImportDetail } from "./useImport";

export interface Options {
  shop: string;
  currency: string;
  country: string;
  timezone: string;
  dates: "" | "dmy" | "mdy";
  tax_included: "" | "true" | "false";
  history: boolean;
  /** The name of a saved mapping, empty for none. */
  mapping: string;
}

export const DEFAULTS: Options = {
  shop: "files",
  currency: "",
  country: "",
  timezone: zoneHere(),
  dates: "",
  tax_included: "",
  history: false,
  mapping: "",
};

export interface Sending {
  files: File[];
  options: Options;
  isDryRun: boolean;
  intent: string;
}

export async function sendFiles({ files, options, isDryRun, intent }: Sending) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  for (const [name, value] of Object.entries({ ...options, dry_run: isDryRun })) {
    if (value !== "") form.append(name, String(value));
  }
  const headers = { "Idempotency-Key": `${intent}-${isDryRun ? "check" : "import"}` };
  const response = await request("/api/v1/imports", { method: "POST", body: form, headers });
  return (await response.json()) as ImportDetail;
}
