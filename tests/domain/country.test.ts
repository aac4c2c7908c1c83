import { expect, it } from "vitest";
import { COUNTRIES, isCountry } from "../../src/domain/country.ts";

it("holds the 249 codes of ISO 3166-1", () => {
  expect(COUNTRIES.size).toBe(249);
  expect([...COUNTRIES].filter((code) => !/^[A-Z]{2}$/.test(code))).toEqual([]);
});

it.each(["DE", "GB", "US", "SS", "BQ", "AX"])("knows %s", (code) => {
  expect(isCountry(code)).toBe(true);
});

it.each(["XK", "UK", "EU", "ZZ", "AN", "de", "", "DEU", " DE"])("refuses %j", (code) => {
  expect(isCountry(code)).toBe(false);
});

it("is a region that Intl has a name for", () => {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  expect([...COUNTRIES].filter((code) => names.of(code) === undefined)).toEqual([]);
});
