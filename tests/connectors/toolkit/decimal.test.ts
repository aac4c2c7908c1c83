import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDecimal, toDecimal } from "../../../src/connectors/toolkit/decimal.ts";
import { JsonReply } from "../../../src/connectors/toolkit/json-reply.ts";

const currency = fc.constantFrom("USD", "JPY", "KWD", "HUF", "EUR");

describe("amounts in major units", () => {
  it("are exact both ways, through JSON numbers too, for 0, 2 and 3 decimals", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 9_007_199_254_740_991n), currency, (minorAmount, code) => {
        const text = toDecimal({ minorAmount, currency: code }) ?? "";
        expect(fromDecimal(text, code)).toBe(minorAmount);
        const json = JsonReply.parse(`{"value": ${text}, "said": "${text}"}`);
        expect(fromDecimal(json?.text("value") ?? "", code)).toBe(minorAmount);
        expect(json?.text("said")).toBe(text);
      }),
    );
  });

  it.each([
    [1050n, "USD", "10.50"],
    [5n, "USD", "0.05"],
    [1050n, "JPY", "1050"],
    [1n, "KWD", "0.001"],
  ])("%s of %s is %s", (minorAmount, code, text) => {
    expect(toDecimal({ minorAmount, currency: code })).toBe(text);
  });

  it.each([
    ["10.505", "USD"],
    ["1e3", "USD"],
    ["-1", "USD"],
    ["", "USD"],
    ["10.5", "XXQ"],
    ["0x10", "USD"],
    ["1.", "USD"],
  ])("%s is no amount of %s", (text, code) => {
    expect(fromDecimal(text, code)).toBeUndefined();
  });

  it("more places are taken when they are zeros", () => {
    expect(fromDecimal("10.5000", "USD")).toBe(1050n);
    expect(fromDecimal("1050.00", "JPY")).toBe(1050n);
  });
});

describe("a processor's JSON", () => {
  const reply = JsonReply.parse(
    '{"id": 12345678901234567890, "status": "paid", "none": null, "list": [{"a": 1}, "b"], "flag": "TRUE"}',
  );

  it("is read whatever type a field has come to be", () => {
    expect(reply?.text("id")).toBe("12345678901234567890");
    expect(reply?.text("status")).toBe("paid");
    expect(reply?.text("none")).toBeUndefined();
    expect(reply?.text("list", 0, "a")).toBe("1");
    expect(reply?.list("list")).toHaveLength(2);
    expect(reply?.list("status")).toEqual([]);
    expect(reply?.flag("flag")).toBe(true);
    expect(reply?.whole("id")).toBeUndefined();
    expect(reply?.text("constructor", "name")).toBeUndefined();
  });

  it.each(["", "null", "7", '"text"', "{", "<html>"])("%j is none", (text) => {
    expect(JsonReply.parse(text)).toBeUndefined();
  });
});
