// English and Chinese have the same words: the same files, the same keys, none empty, the same
// {{placeholders}}. `zh` has one plural form where `en` has `_one` and `_other`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "src", "i18n");

type Words = Map<string, string>;

function flatten(value: unknown, path: string, into: Words): Words {
  if (typeof value === "string") {
    into.set(path, value);
  } else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      flatten(inner, path ? `${path}.${key}` : key, into);
    }
  }
  return into;
}

function read(language: string, file: string): Words {
  return flatten(JSON.parse(readFileSync(join(ROOT, language, file), "utf8")), "", new Map());
}

const baseOf = (key: string) => key.replace(/_one$/, "_other");
const placeholders = (text: string) =>
  [...new Set(text.match(/\{\{\s*[\w.]+/g) ?? [])].map((p) => p.replace(/\{\{\s*/, "")).sort();

function compare(file: string, en: Words, zh: Words): string[] {
  const wrong: string[] = [];
  for (const [language, words] of [
    ["en", en],
    ["zh", zh],
  ] as const) {
    for (const [key, text] of words) {
      if (!text.trim()) wrong.push(`${language}/${file}: ${key} is empty`);
    }
  }
  for (const key of en.keys()) {
    if (!zh.has(baseOf(key))) wrong.push(`zh/${file}: ${baseOf(key)} is missing`);
  }
  for (const [key, text] of zh) {
    const english = en.get(key);
    if (english === undefined) wrong.push(`en/${file}: ${key} is missing`);
    else if (placeholders(english).join() !== placeholders(text).join())
      wrong.push(
        `${file}: ${key} has {{${placeholders(english)}}} in en, {{${placeholders(text)}}} in zh`,
      );
  }
  return wrong;
}

const files = new Set([...readdirSync(join(ROOT, "en")), ...readdirSync(join(ROOT, "zh"))]);
const wrong = [...files].sort().flatMap((file) => {
  try {
    return compare(file, read("en", file), read("zh", file));
  } catch (error) {
    return [`${file}: ${error instanceof Error ? error.message : error}`];
  }
});
for (const line of wrong) console.error(line);
if (wrong.length) process.exit(1);
