import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { type Language, preferredLanguage, rememberLanguage } from "./language";

type Namespaces = Record<string, Record<string, unknown>>;

/** One chunk for each language: every `locales/<language>/<namespace>.json`, bundled together. */
const dictionaries: Record<Language, () => Promise<{ namespaces: Namespaces }>> = {
  en: () => import("./locales/en"),
  ru: () => import("./locales/ru"),
};

async function loadDictionary(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "common")) return;
  const { namespaces } = await dictionaries[language]();
  for (const [namespace, texts] of Object.entries(namespaces)) {
    i18next.addResourceBundle(language, namespace, texts);
  }
}

/** Starts translation in the remembered language; resolves when its texts are loaded. */
export async function startTranslation(language: Language = preferredLanguage()): Promise<i18n> {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      fallbackLng: false,
      defaultNS: "common",
      resources: {},
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  }
  await switchLanguage(language);
  return i18next;
}

/** Switches every visible text, date and number to `language` and remembers the choice. */
export async function switchLanguage(language: Language): Promise<void> {
  await loadDictionary(language);
  await i18next.changeLanguage(language);
  rememberLanguage(language);
}
