import { currencyExponent } from "../../domain/currency.ts";
import { formatMajor, type Money } from "../../domain/money.ts";
import { isLanguage, LANGUAGES, type Language } from "./languages/index.ts";
import type { Words } from "./languages/words.ts";
import { TIME_PARTS } from "./time-parts.ts";

/** The language of a page, and how its reader writes numbers and dates. */
export interface Locale {
  readonly language: Language;
  /** BCP 47, for Intl: the reader's region too where it is known, such as de-CH. */
  readonly tag: string;
  readonly words: Words;
  /** The reader chose it on the page: links and forms carry it on. */
  readonly isChosen: boolean;
}

export interface LocaleHints {
  /** What the reader chose on the page. */
  readonly chosen: string;
  /** What the link's maker asked for; empty for none. */
  readonly link: string;
  /** Accept-Language. */
  readonly accepted: string;
}

const FALLBACK = "en";
/** Browsers send a few dozen characters; what comes after this is not read. */
const MAX_ACCEPTED = 256;
/** Language, script, region and variants. No extensions: they change calendars and digits. */
const TAG = /^([a-z]{2,3})(?:-[a-z0-9]{2,8}){0,3}$/i;

/** The reader's own choice, else the link's, else the first that the browser takes and we have. */
export function chooseLocale({ chosen, link, accepted }: LocaleHints): Locale {
  const wished = acceptedTags(accepted);
  if (isLanguage(chosen)) return localeOf(chosen, [link, ...wished], true);
  for (const tag of [link, ...wished]) {
    const language = languageOf(tag);
    if (language !== undefined) return localeOf(language, [tag, ...wished], false);
  }
  return localeOf(FALLBACK, [], false);
}

function localeOf(language: Language, tags: readonly string[], isChosen: boolean): Locale {
  const tag = tags.find((each) => languageOf(each) === language) ?? language;
  return { language, tag: canonical(tag) ?? language, words: LANGUAGES[language], isChosen };
}

function languageOf(tag: string): Language | undefined {
  const language = TAG.exec(tag)?.[1]?.toLowerCase() ?? "";
  return isLanguage(language) && canonical(tag) !== undefined ? language : undefined;
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** The tags of Accept-Language, the most wished one first. */
function acceptedTags(header: string): readonly string[] {
  return header
    .slice(0, MAX_ACCEPTED)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.split(";").map((text) => text.trim());
      const weight = parameters.find((text) => text.startsWith("q="))?.slice(2) ?? "1";
      return { tag, weight: Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

/**
 * An amount as the locale writes it, exact, with the places that ISO 4217 gives the currency: Intl has
 * places of its own.
 */
export function formatMoney({ tag }: Pick<Locale, "tag">, money: Money): string {
  const places = currencyExponent(money.currency) ?? 0;
  const format = new Intl.NumberFormat(tag, {
    style: "currency",
    currency: money.currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  // A decimal text is formatted exactly, whatever its length; a number would be a float.
  return format.format(formatMajor(money) as Intl.StringNumericLiteral);
}

/** A moment (milliseconds), in UTC: the server does not know the reader's zone; the page's script does. */
export function formatTime({ tag }: Pick<Locale, "tag">, time: number): string {
  return new Intl.DateTimeFormat(tag, { ...TIME_PARTS, timeZone: "UTC" }).format(time);
}
