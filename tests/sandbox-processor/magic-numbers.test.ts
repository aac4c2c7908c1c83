import { describe, expect, it } from "vitest";
import { toDestination } from "../../src/connectors/sandbox/destination.ts";
import { type PayoutMethodInput, parsePayoutMethod } from "../../src/domain/payout-method/index.ts";
import { MAGIC_RULES, magicScenario } from "../../src/sandbox-processor/magic-numbers.ts";
import { SCENARIOS } from "../../src/sandbox-processor/scenarios.ts";

const holderName = "Jane Doe";
const EXPIRY = { expiryMonth: 12, expiryYear: 2030 };
const NOW = Date.UTC(2026, 0, 1);

/** A whole method around an account, as a caller would send it. */
const METHODS: Readonly<Record<string, (account: string) => PayoutMethodInput>> = {
  "card card_number": (cardNumber) => ({ kind: "card", cardNumber, holderName, ...EXPIRY }),
  "ach account_number": (accountNumber) => ({
    kind: "ach",
    accountNumber,
    routingNumber: "021000021",
    accountType: "CHECKING",
    holderName,
  }),
  "bacs account_number": (accountNumber) => ({
    kind: "bacs",
    accountNumber,
    sortCode: "601613",
    holderName,
  }),
  "sepa iban": (iban) => ({ kind: "sepa", iban, holderName }),
  "pix account_number": (accountNumber) => ({
    kind: "pix",
    accountNumber,
    branch: "0001",
    bankCode: "001",
    taxId: "52998224725",
    accountType: "CHECKING",
    holderName,
  }),
  "pix_key pix_key": (pixKey) => ({ kind: "pix_key", pixKey }),
  "paypal email": (email) => ({ kind: "paypal", email }),
  "paypal phone": (phone) => ({ kind: "paypal", phone }),
  "paypal paypal_id": (paypalId) => ({ kind: "paypal", paypalId }),
  "venmo phone": (phone) => ({ kind: "venmo", phone }),
  "interac email": (email) => ({ kind: "interac", email, holderName }),
  "open_banking_uk iban": (iban) => ({ kind: "open_banking_uk", iban, holderName }),
  "apple_pay dpan": (dpan) => ({ kind: "apple_pay", dpan, ...EXPIRY }),
  "passthrough psp_token": (pspToken) => ({
    kind: "passthrough",
    pspToken,
    tokenKind: "sandbox",
  }),
};

describe("magic numbers", () => {
  it.each(MAGIC_RULES.map((rule) => [`${rule.kind} ${rule.field}`, rule] as const))(
    "%s: every example is valid and chooses its scenario",
    (name, rule) => {
      for (const scenario of SCENARIOS) {
        const account = rule.example(scenario);
        const build = METHODS[name.replace(/ \(.*/, "")];
        const parsed = parsePayoutMethod(build?.(account), { now: NOW });
        expect(parsed.violations, account).toBeUndefined();
        if (parsed.violations !== undefined) continue;
        const destination = toDestination(parsed.method);
        expect(magicScenario(destination.kind, destination.account).name, account).toBe(
          scenario.name,
        );
      }
    },
  );

  it.each([
    ["ach", "000123456789"],
    ["ach", "90000099"],
    ["ach", "90000015"],
    ["card", "4242424242424242"],
    ["interac", "decline@example.com"],
    ["interac", "jane+nothing@example.com"],
    ["venmo", "+12025550123"],
    ["passthrough", "tok_decline"],
    ["passthrough", "sandbox_"],
    ["sepa", "DE89370400440532013000"],
    ["pix_key", ""],
    ["", ""],
  ])("%s %s is not magic", (kind, account) => {
    expect(magicScenario(kind, account).name).toBe("success");
  });
});
