import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { pt } from "./pt.ts";
import type { Words } from "./words.ts";

export const LANGUAGES = { en, de, fr, es, pt, ar } as const satisfies Record<string, Words>;

/** ISO 639-1. */
export type Language = keyof typeof LANGUAGES;

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}
