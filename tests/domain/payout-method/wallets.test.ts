import { describe, expect, it } from "vitest";
import { maskPayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { accepted, faults, sample } from "./samples.ts";

describe("paypal", () => {
  const named = (email: string, phone: string, paypalId: string) =>
    sample("paypal", { email, phone, paypalId });

  it.each([
    [named("Jane@Example.COM", "", ""), { email: "Jane@example.com" }],
    [named("", "+44 20 7946 0958", " "), { phone: "+442079460958" }],
    [named("", "", "FSMRBANCV8PSG"), { paypalId: "FSMRBANCV8PSG" }],
  ])("takes one of the three (%#)", (input, parts) => {
    expect(accepted(input)).toStrictEqual({ kind: "paypal", ...parts });
  });

  it.each([
    [named("", "", ""), "paypal"],
    [named("jane@example.com", "+14155552671", ""), "paypal"],
    [named("jane@example.com", "", "FSMRBANCV8PSG"), "paypal"],
    [named("nonsense", "nonsense", "nonsense"), "paypal"],
    [named("jane", "", ""), "paypal.email"],
    [named("", "4155552671", ""), "paypal.phone"],
    [named("", "", "FSM-RBAN"), "paypal.paypal_id"],
    [named("", "", "P".repeat(65)), "paypal.paypal_id"],
    [named("jäne@example.com", "", ""), "paypal.email"],
    [named("", "+１４１５５５５２６７１", ""), "paypal.phone"],
  ])("refuses what is not one right name (%#)", (input, field) => {
    expect(faults(input)).toEqual([field]);
  });

  it("takes an id of 64 characters", () => {
    expect(faults(named("", "", "P".repeat(64)))).toEqual([]);
  });

  it("shows a little of each", () => {
    expect(maskPayoutMethod(accepted(named("", "+14155552671", "")))).toStrictEqual({
      kind: "paypal",
      phone: "+1******2671",
    });
    expect(maskPayoutMethod(accepted(named("", "", "FSMRBANCV8PSG")))).toStrictEqual({
      kind: "paypal",
      last4: "8PSG",
    });
  });
});

describe("venmo", () => {
  it("is normalised", () => {
    expect(accepted(sample("venmo"))).toStrictEqual({ kind: "venmo", phone: "+14155552671" });
  });

  it("takes an American area code that nobody is known to have", () => {
    expect(faults(sample("venmo", { phone: "+15555550100" }))).toEqual([]);
  });

  it.each([
    ["", "absent"],
    ["4155552671", "no plus sign"],
    ["+14165550123", "Canada"],
    ["+17875550123", "Puerto Rico"],
    ["+442079460958", "the United Kingdom"],
    ["+1415555267", "one digit less"],
    ["+１４１５５５５２６７１", "full-width digits"],
  ])("refuses %j: %s", (phone) => {
    expect(faults(sample("venmo", { phone }))).toEqual(["venmo.phone"]);
  });
});

describe("interac", () => {
  it("keeps the name before the @ and lowers the domain", () => {
    expect(accepted(sample("interac", { email: "Jane@Example.CA" }))).toStrictEqual({
      kind: "interac",
      email: "Jane@example.ca",
      holderName: "Jane Doe",
    });
  });

  it.each([
    [{ email: "" }, "email"],
    [{ email: "jane" }, "email"],
    [{ email: `${"j".repeat(65)}@example.ca` }, "email"],
    [{ holderName: "" }, "holder_name"],
    [{ holderName: "n".repeat(141) }, "holder_name"],
  ])("refuses %j", (changes, field) => {
    expect(faults(sample("interac", changes))).toEqual([`interac.${field}`]);
  });
});

describe("passthrough", () => {
  it("hands the token on as it is", () => {
    const pspToken = " ey.JhbGc=\u00e9\u0065\u0301 ";
    expect(accepted(sample("passthrough", { pspToken }))).toStrictEqual({
      kind: "passthrough",
      pspToken,
      tokenKind: "CARD",
    });
  });

  it.each([
    [{ pspToken: "t" }, []],
    [{ pspToken: "t".repeat(2048) }, []],
    [{ pspToken: "t".repeat(2049) }, ["passthrough.psp_token"]],
    [{ pspToken: "" }, ["passthrough.psp_token"]],
    [{ pspToken: "  " }, ["passthrough.psp_token"]],
    [{ pspToken: "tok\n" }, ["passthrough.psp_token"]],
    [{ tokenKind: "k".repeat(64) }, []],
    [{ tokenKind: "k".repeat(65) }, ["passthrough.token_kind"]],
    [{ tokenKind: "" }, ["passthrough.token_kind"]],
    [{ tokenKind: "a b" }, ["passthrough.token_kind"]],
  ])("with %j has faults in %j", (changes, fields) => {
    expect(faults(sample("passthrough", changes))).toEqual(fields);
  });
});
