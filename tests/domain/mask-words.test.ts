import { describe, expect, it } from "vitest";
import { withMaskedWords } from "../../src/domain/mask-words.ts";

const maskOf = (connectorMessage: string) =>
  withMaskedWords({
    category: "CONNECTOR_DECLINED",
    reason: "R",
    message: "m",
    connectorCode: "c",
    connectorMessage,
  }).connectorMessage;

describe("a processor's message", () => {
  it.each([
    ["account 998877665544 is closed", "account ********5544 is closed"],
    ["no bank for DE02120300000000202051.", "no bank for ******************2051."],
    ["no bank for DE02 1203 0000 0000 2020 51.", "no bank for ***********************0 51."],
    ["card 4242 4242-4242 4242", "card ***************4242"],
    ["sort code 12-34-56", "sort code ****4-56"],
    ["iban gb82west12345698765432", "iban ******************5432"],
  ])("shows no account: %s", (words, shown) => {
    expect(maskOf(words)).toBe(shown);
  });

  it.each([
    "The balance of 12345 does not cover this.",
    "R03: no account",
    "",
    "error E-4711 at 10:15",
  ])("stays as it is otherwise: %j", (words) => {
    expect(maskOf(words)).toBe(words);
  });
});
