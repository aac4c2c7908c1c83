import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "../../../src/web/link/languages/index.ts";

const { en: ENGLISH, ...OTHERS } = LANGUAGES;

/** Every text by its path. */
function textsOf(words: object, path = ""): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]): [string, string][] =>
      typeof value === "string"
        ? [[`${path}${key}`, value]]
        : [...textsOf(value, `${path}${key}.`)],
    ),
  );
}

function gaps(text: string): readonly string[] {
  return [...text.matchAll(/\{\w*\}/g)].map(([gap]) => gap).sort();
}

const english = textsOf(ENGLISH);
/** Names, and letters that people read in every language. */
const SAME_ALLOWED =
  /^(direction|faultTitle|methods\.(paypal|venmo|interac)\.title|fields\.(iban|ukIban|sortCode|expiry\w+)\.(label|hint))$/;

describe.each(Object.entries(OTHERS))("%s", (language, words) => {
  const texts = textsOf(words);

  it("says everything that English says, with the same gaps", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [path, text] of texts) {
      expect(gaps(text), `${language}: ${path}`).toEqual(gaps(english.get(path) ?? ""));
      expect(text.trim(), `${language}: ${path}`).toBe(text);
      expect(text === "", `${language}: ${path}`).toBe(english.get(path) === "");
    }
  });

  it("is not English", () => {
    const same = [...texts].filter(([path, text]) => text !== "" && text === english.get(path));
    expect(same.map(([path]) => path).filter((path) => !SAME_ALLOWED.test(path))).toEqual([]);
  });
});

it("every language is written in its own script and named by itself", () => {
  const names = Object.values(LANGUAGES).map(({ ownName }) => ownName);
  expect(new Set(names).size).toBe(names.length);
  const arabic: Language = "ar";
  expect(LANGUAGES[arabic].direction).toBe("rtl");
  for (const [path, text] of textsOf(LANGUAGES[arabic])) {
    if (text === "" || SAME_ALLOWED.test(path)) continue;
    expect(text, path).toMatch(/\p{Script=Arabic}/u);
  }
});
