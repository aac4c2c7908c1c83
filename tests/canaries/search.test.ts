import { expect, it } from "vitest";
import { Canaries, GENERATORS, SHOWN_ONCE, TOO_SHORT } from "./canaries.ts";
import { redactedFields } from "./redacted-fields.ts";
import { findCanaries } from "./search.ts";

const { sent, answered } = redactedFields();

it("every redacted field that can be sent has a canary, or is too short for one", () => {
  const thoughtOf = [...Object.keys(GENERATORS), ...TOO_SHORT].sort();
  expect([...sent].sort()).toEqual(thoughtOf);
  const canaries = new Canaries();
  expect(() => canaries.of("Novelty.secret")).toThrow("nobody has said");
});

it("every redacted field of answers alone is one that is shown once", () => {
  expect([...answered].filter((field) => !sent.has(field)).sort()).toEqual([...SHOWN_ONCE].sort());
});

const WRITINGS: readonly (readonly [string, (value: string) => string | Buffer])[] = [
  ["as it is", (value) => value],
  ["in JSON in JSON", (value) => JSON.stringify(JSON.stringify({ value }))],
  ["in base64", (value) => Buffer.from(value).toString("base64")],
  ["in base64 of JSON", (value) => Buffer.from(JSON.stringify({ value })).toString("base64")],
  ["in base64url of a line", (value) => Buffer.from(`x${value}y`).toString("base64url")],
  ["in hex", (value) => Buffer.from(value).toString("hex")],
  ["in UTF-16", (value) => Buffer.from(value, "utf16le")],
  ["in a query", (value) => `/v1/payouts?q=${encodeURIComponent(value)}`],
  ["in a form", (value) => new URLSearchParams({ value }).toString()],
  ["in capitals", (value) => value.toUpperCase()],
  ["in groups", (value) => value.replace(/(.{4})(?=.)/g, "$1 ")],
];

it.each(WRITINGS)("a canary is found %s", (_, write) => {
  const canaries = new Canaries();
  for (const field of Object.keys(GENERATORS)) {
    const value = canaries.of(field) ?? "";
    const written = Buffer.concat([Buffer.from("{"), Buffer.from(write(value)), Buffer.from("}")]);
    const [canary] = canaries.all.filter((each) => each.field === field);
    if (canary === undefined) throw new Error();
    expect(findCanaries(written, [canary]), `${field} ${written}`).not.toEqual([]);
  }
});

it("nothing is found where there is nothing, and a short number within a longer one is none", () => {
  const canaries = new Canaries();
  for (const field of Object.keys(GENERATORS)) canaries.of(field);
  const sortCode = canaries.add("short", "602817");
  const text = Buffer.from(`"time":17${sortCode}00, po_01${sortCode}abc`);
  expect(findCanaries(text, canaries.all)).toEqual([]);
  expect(findCanaries(Buffer.from(`"${sortCode}"`), canaries.all)).toHaveLength(1);
});
