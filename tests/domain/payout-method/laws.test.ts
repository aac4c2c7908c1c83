import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countryOfPayoutMethod,
  fingerprintPayoutMethod,
  isPayoutMethodKind,
  maskPayoutMethod,
  PAYOUT_METHOD_KINDS,
  type PayoutMethodInput,
  type PayoutMethodKind,
  parsePayoutMethod,
  railAcceptsCurrency,
} from "../../../src/domain/payout-method/index.ts";
import { accepted, faults, NOW, SAMPLES, sample } from "./samples.ts";

const anyKind = fc.constantFrom(...PAYOUT_METHOD_KINDS);

/** The string parts of a rail's sample, and an input with each of them replaced. */
const textParts = (kind: PayoutMethodKind) =>
  Object.entries(SAMPLES[kind])
    .filter(([name, value]) => name !== "kind" && typeof value === "string")
    .map(([name]) => name);
const withEach = (kind: PayoutMethodKind, value: unknown) =>
  Object.fromEntries([["kind", kind], ...textParts(kind).map((name) => [name, value])]);

describe.each(PAYOUT_METHOD_KINDS)("%s", (kind) => {
  it("takes its sample, and its own answer as it is", () => {
    const method = accepted(SAMPLES[kind]);
    expect(method.kind).toBe(kind);
    expect(accepted(method)).toStrictEqual(method);
  });

  it("reports each part that is needed", () => {
    const empty = faults({ kind } as PayoutMethodInput);
    expect(empty.length).toBeGreaterThan(0);
    expect(empty.every((field) => field === kind || field.startsWith(`${kind}.`))).toBe(true);
    expect(faults(withEach(kind, "") as PayoutMethodInput).length).toBeGreaterThan(0);
  });

  it("never echoes what it refuses", () => {
    const secret = "4711#0815~secret\u0007";
    const input = { ...SAMPLES[kind], ...withEach(kind, secret), expiryMonth: 4711 };
    const { violations } = parsePayoutMethod(input as PayoutMethodInput, { now: NOW });
    expect(violations?.length).toBeGreaterThan(0);
    expect(JSON.stringify(violations)).not.toMatch(/4711|0815|secret/);
  });

  it("never throws, whatever comes", () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
    );
    const anything = fc.oneof(anyText, fc.double(), fc.constant(null), fc.constant(undefined));
    const parts = fc.record(
      Object.fromEntries(
        Object.entries(SAMPLES[kind])
          .filter(([name]) => name !== "kind")
          .map(([name, value]) => [name, fc.oneof(fc.constant(value), anything)]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(parts, fc.integer(), (given, now) => {
        const input = { ...given, kind } as PayoutMethodInput;
        const { method } = parsePayoutMethod(input, { now });
        if (method === undefined) return;
        expect(parsePayoutMethod(method, { now }).method).toStrictEqual(method);
        maskPayoutMethod(method);
        fingerprintPayoutMethod(method);
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a megabyte at once", () => {
    const before = performance.now();
    expect(faults(withEach(kind, "1".repeat(2 ** 20)) as PayoutMethodInput).length).toBeGreaterThan(
      0,
    );
    expect(performance.now() - before).toBeLessThan(100);
  });

  it("refuses control and text-direction characters", () => {
    for (const name of textParts(kind)) {
      for (const character of ["\u0000", "\u202e", "\ud800"]) {
        const value = Reflect.get(SAMPLES[kind], name);
        const input = { ...SAMPLES[kind], [name]: `${value[0]}${character}${value.slice(1)}` };
        expect([name, faults(input as PayoutMethodInput).length]).toEqual([name, 1]);
      }
    }
  });

  it("fingerprints punctuation and holder alike, and says nothing of the holder", () => {
    const method = accepted(SAMPLES[kind]);
    const fingerprint = fingerprintPayoutMethod(method);
    expect(fingerprintPayoutMethod(accepted(method))).toBe(fingerprint);
    expect(fingerprint).not.toMatch(/Jane Doe|Joana Silva/);
    if ("holderName" in method) {
      expect(fingerprintPayoutMethod({ ...method, holderName: "Other" })).toBe(fingerprint);
    }
    expect(fingerprint.startsWith(`["${kind}",`)).toBe(true);
  });
});

describe("the mask", () => {
  const digits = (min: number, max: number) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max })
      .map((d) => d.join(""));

  /** Whether the text shows five characters in a row of the secret. */
  function leaks(text: string, secret: string): boolean {
    for (let i = 0; i + 5 <= secret.length; i += 1) {
      if (text.includes(secret.slice(i, i + 5))) return true;
    }
    return false;
  }

  it("shows no more than four in a row of any account", () => {
    fc.assert(
      fc.property(digits(8, 8), digits(6, 6), digits(4, 17), (bacs, sort, ach) => {
        const shown = [
          maskPayoutMethod(accepted(sample("bacs", { accountNumber: bacs, sortCode: sort }))),
          maskPayoutMethod(accepted(sample("ach", { accountNumber: ach, bankName: `B ${ach}` }))),
        ].map((masked) => JSON.stringify(masked));
        expect(leaks(shown[0] ?? "", bacs)).toBe(false);
        expect(leaks(shown[0] ?? "", sort)).toBe(false);
        expect(leaks(shown[1] ?? "", ach)).toBe(false);
      }),
    );
  });

  it("shows at most half of a short account", () => {
    const masked = (accountNumber: string) =>
      maskPayoutMethod(accepted(sample("ach", { accountNumber }))).last4;
    expect(masked("1234")).toBe("34");
    expect(masked("1234567")).toBe("567");
    expect(masked("12345678")).toBe("5678");
  });

  it("shows at most the first six and the last four of a card, and hides five or more", () => {
    fc.assert(
      fc.property(digits(11, 18), (start) => {
        const cardNumber = withLuhn(start);
        const {
          bin = "",
          last4 = "",
          ...rest
        } = maskPayoutMethod(accepted(sample("card", { cardNumber, network: "" })));
        expect(bin.length).toBeLessThanOrEqual(6);
        expect(last4).toHaveLength(4);
        expect(cardNumber.length - bin.length - last4.length).toBeGreaterThanOrEqual(5);
        expect(cardNumber.startsWith(bin) && cardNumber.endsWith(last4)).toBe(true);
        expect(JSON.stringify(rest)).not.toMatch(/[0-9]/);
      }),
    );
  });

  it.each([
    ["card", { bin: "424242", last4: "4242", network: "visa", holderName: "J*** D**" }],
    ["ach", { last4: "6789", bank: "Chase", country: "US", holderName: "J*** D**" }],
    ["bacs", { last4: "6819", country: "GB", holderName: "J*** D**" }],
    ["sepa", { last4: "3000", bank: "COBADEFFXXX", country: "DE", holderName: "J*** D**" }],
    ["pix", { last4: "6789", bank: "18236120", country: "BR", holderName: "J**** S****" }],
    ["pix_key", { country: "BR", email: "j***@example.com" }],
    ["paypal", { email: "J***@example.com" }],
    ["venmo", { country: "US", phone: "+1******2671" }],
    ["interac", { country: "CA", email: "j***@example.ca", holderName: "J*** D**" }],
    ["open_banking_uk", { last4: "6819", country: "GB", holderName: "J*** D**" }],
    ["apple_pay", {}],
    ["passthrough", {}],
  ] as const)("of %s shows what it should", (kind, shown) => {
    expect(maskPayoutMethod(accepted(SAMPLES[kind]))).toStrictEqual({ kind, ...shown });
  });

  it("of a Pix account shows nothing of the tax number or the branch", () => {
    const shown = JSON.stringify(maskPayoutMethod(accepted(sample("pix", { branch: "98765" }))));
    expect(shown).not.toMatch(/29537|95593|98765/);
  });
});

describe("the fingerprint", () => {
  it("is another for another rail, account or way to it", () => {
    const all = [
      ...PAYOUT_METHOD_KINDS.map((kind) => sample(kind)),
      sample("ach", { accountNumber: "000123456788" }),
      sample("ach", { routingNumber: "011401533" }),
      sample("ach", { accountType: "SAVINGS" }),
      sample("sepa", { iban: "GB29NWBK60161331926819", bic: "" }),
      sample("card", { expiryYear: 2027 }),
      sample("paypal", { email: "", phone: "+14155552671" }),
      sample("paypal", { email: "", paypalId: "FSMRBANCV8PSG" }),
      sample("pix_key", { pixKey: "29537995593", keyKind: "CPF" }),
      sample("passthrough", { tokenKind: "OTHER" }),
    ].map((input) => fingerprintPayoutMethod(accepted(input)));
    expect(new Set(all).size).toBe(all.length);
  });

  it("does not let the parts of one token pass for those of another", () => {
    const of = (tokenKind: string, pspToken: string) =>
      fingerprintPayoutMethod(accepted(sample("passthrough", { tokenKind, pspToken })));
    expect(of("A", 'B","C')).not.toBe(of("A:B", "C"));
  });
});

describe("the rails' currencies and countries", () => {
  it.each([
    ["ach", "USD"],
    ["venmo", "USD"],
    ["bacs", "GBP"],
    ["open_banking_uk", "GBP"],
    ["sepa", "EUR"],
    ["pix", "BRL"],
    ["pix_key", "BRL"],
    ["interac", "CAD"],
  ] as const)("%s pays in %s alone", (kind, currency) => {
    expect(railAcceptsCurrency(kind, currency)).toBe(true);
    expect(railAcceptsCurrency(kind, currency === "USD" ? "EUR" : "USD")).toBe(false);
  });

  it.each(["card", "paypal", "apple_pay", "passthrough"] as const)("%s pays in any", (kind) => {
    expect(railAcceptsCurrency(kind, "USD")).toBe(true);
    expect(railAcceptsCurrency(kind, "JPY")).toBe(true);
  });

  it("tells the country where the rail does", () => {
    const countries = PAYOUT_METHOD_KINDS.map((kind) =>
      countryOfPayoutMethod(accepted(SAMPLES[kind])),
    );
    const some = ["US", "GB", "DE", "BR", "BR"];
    expect(countries).toEqual([
      undefined,
      ...some,
      undefined,
      "US",
      "CA",
      "GB",
      undefined,
      undefined,
    ]);
  });
});

describe("parsePayoutMethod", () => {
  it("puts the prefix before each path", () => {
    const { violations } = parsePayoutMethod(
      sample("ach", { routingNumber: "1" }),
      { now: NOW },
      "payout_method_data",
    );
    expect(violations).toEqual([
      {
        field: "payout_method_data.ach.routing_number",
        message: "Give the bank's ABA routing number: 9 digits.",
      },
    ]);
  });

  it.each([undefined, { kind: "" }, { kind: "cash" }, { kind: "constructor" }, {}])(
    "refuses %j as no method",
    (input) => {
      const parsed = parsePayoutMethod(input as PayoutMethodInput | undefined, { now: NOW });
      expect(parsed.violations?.map(({ field }) => field)).toEqual(["method"]);
    },
  );

  it("knows its kinds and no others", () => {
    fc.assert(fc.property(anyKind, (kind) => isPayoutMethodKind(kind)));
    expect(["", "CARD", "cash", "toString"].some(isPayoutMethodKind)).toBe(false);
  });
});

/** The digits with the check digit that makes them a card's number. */
function withLuhn(start: string): string {
  let sum = 0;
  [...start].reverse().forEach((digit, i) => {
    const weighted = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += weighted > 9 ? weighted - 9 : weighted;
  });
  return start + ((10 - (sum % 10)) % 10);
}
