/** The words of the pages: a file per page and language, fetched when the page is first shown. */
import i18n, { type BackendModule, type ReadCallback } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = "orderflow.language";

const files = import.meta.glob<{ default: Record<string, unknown> }>("./{en,zh}/*.json");

const backend: BackendModule = {
  type: "backend",
  init() {},
  read(language: string, namespace: string, done: ReadCallback) {
    const load = files[`./${language}/${namespace}.json`];
    if (!load) {
      done(new Error(`no words ${language}/${namespace}`), null);
      return;
    }
    load().then(
      (words) => done(null, words.default as never),
      (error: Error) => done(error, null),
    );
  },
};

/** What the person chose before, else what the browser prefers. */
function preferred(): Language {
  const asked = [localStorage.getItem(STORED) ?? "", ...navigator.languages];
  for (const tag of asked) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "en" || language === "zh") return language;
  }
  return "en";
}

export function languageNow(): Language {
  return i18n.resolvedLanguage === "zh" ? "zh" : "en";
}

export async function switchLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await i18n.changeLanguage(language);
}

/** Resolves when the words that every page has are there. */
export async function startWords(): Promise<void> {
  i18n.on("languageChanged", (language) => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  });
  await i18n
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferred(),
      fallbackLng: false,
      supportedLngs: ["en", "zh"],
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
      partialBundledLanguages: false,
    });
}

export default i18n;
