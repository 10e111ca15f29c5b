/** Indents JSON without reading its numbers: an id of 19 digits would not survive that. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** The same JSON with an indented line for each member; any other text as it is. */
export function pretty(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  let out = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    const before = tokens[index - 1];
    if (token === "{" || token === "[") {
      depth += 1;
      out += next === "}" || next === "]" ? token : token + line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      out += before === "{" || before === "[" ? token : line() + token;
    } else if (token === ",") out += token + line();
    else if (token === ":") out += ": ";
    else out += token;
  });
  return out;
}

/** What is no JSON about a text, in the browser's words; empty when nothing is. */
export function flawOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where the member a finding names stands in the text, null when it is not there by that name. */
export function placeOf(text: string, field: string): [number, number] | null {
  const name = field
    .split(".")
    .at(-1)
    ?.replace(/\[\d+\]$/, "");
  if (!name) return null;
  const at = text.indexOf(`"${name}"`);
  if (at < 0) return null;
  const end = text.indexOf("\n", at);
  return [at, end < 0 ? text.length : end];
}
