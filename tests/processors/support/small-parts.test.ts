import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeForm } from "./form.ts";
import { countingIds } from "./ids.ts";
import { jsonNumber, numberTextAt } from "./json-numbers.ts";
import { ManualClock } from "./manual-clock.ts";
import { decimalsOf, toDecimal, toMinor } from "./money.ts";

it("decodes brackets into objects and lists", () => {
  expect(decodeForm("a=1&b[c][d]=2&e[]=3&e[]=4&f[0][g]=5&f[1][g]=6&h=7&h=8&i=%26%5B")).toEqual({
    a: "1",
    b: { c: { d: "2" } },
    e: ["3", "4"],
    f: [{ g: "5" }, { g: "6" }],
    h: ["7", "8"],
    i: "&[",
  });
});

it("takes any form, and no name reaches a prototype", () => {
  decodeForm("__proto__[polluted]=1&constructor[prototype][polluted]=1");
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => typeof decodeForm(text) === "object"));
});

it("writes minor units as decimals", () => {
  expect(toDecimal(1234n, 2)).toBe("12.34");
  expect(toDecimal(5n, 2)).toBe("0.05");
  expect(toDecimal(-5n, 3)).toBe("-0.005");
  expect(toDecimal(1234n, 0)).toBe("1234");
  expect(["JPY", "eur", "KWD"].map(decimalsOf)).toEqual([0, 2, 3]);
});

it("reads what it writes, and nothing that is more exact than the currency", () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.constantFrom(0, 2, 3), (minor, decimals) => {
      fc.pre(minor.toString().length < 30);
      expect(toMinor(toDecimal(minor, decimals), decimals)).toBe(minor);
    }),
  );
  expect(toMinor("1.2", 2)).toBe(120n);
  expect(toMinor("1.230", 2)).toBe(123n);
  expect(toMinor("1.234", 2)).toBeUndefined();
  for (const text of ["", "1,2", "1e3", " 1", ".5", "+1"]) expect(toMinor(text, 2)).toBeUndefined();
});

it("keeps numbers of JSON digit for digit", () => {
  const raw = '{"a":{"b":[12.30,"7.10",9007199254740993.01]}}';
  expect(numberTextAt(raw, "/a/b/0")).toBe("12.30");
  expect(numberTextAt(raw, "/a/b/1")).toBe("7.10");
  expect(numberTextAt(raw, "/a/b/2")).toBe("9007199254740993.01");
  expect(numberTextAt(raw, "/a/c/2")).toBeUndefined();
  expect(numberTextAt("{", "/a")).toBeUndefined();
  expect(JSON.stringify({ amount: jsonNumber("12.30") })).toBe('{"amount":12.30}');
});

it("runs what falls due at its own moment", () => {
  const clock = new ManualClock(0);
  const seen: number[] = [];
  clock.after(20, () => seen.push(clock.now()));
  clock.after(10, () => clock.after(5, () => seen.push(clock.now())));
  const cancel = clock.after(12, () => seen.push(-1));
  cancel();
  clock.advance(30);
  expect(seen).toEqual([15, 20]);
  expect(clock.now()).toBe(30);
});

it("gives the same ids again for the same seed", () => {
  const draw = () => {
    const ids = countingIds("seed");
    return [ids.next("po_"), ids.uuid(), ids.number()];
  };
  expect(draw()).toEqual(draw());
  expect(draw()[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});
