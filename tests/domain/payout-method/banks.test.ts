import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accepted, faults, message, sample } from "./samples.ts";

describe("ach", () => {
  const routing = (routingNumber: string) => faults(sample("ach", { routingNumber }));

  it("is normalised", () => {
    expect(accepted(sample("ach"))).toStrictEqual({
      kind: "ach",
      accountNumber: "000123456789",
      routingNumber: "021000021",
      accountType: "CHECKING",
      holderName: "Jane Doe",
      bankName: "Chase",
    });
    expect(accepted(sample("ach", { bankName: "" }))).not.toHaveProperty("bankName");
  });

  it.each(["021000021", "011401533", "091000019", "121000358", "322271627", "110000000"])(
    "takes the routing number %s",
    (number) => expect(routing(number)).toEqual([]),
  );

  it.each([
    ["", "absent"],
    ["021000022", "a wrong checksum"],
    ["02100002", "8 digits"],
    ["0210000210", "10 digits"],
    ["000000000", "nothing but zeros"],
    ["02100002O", "a letter"],
    ["０２１０００021", "full-width digits"],
  ])("refuses the routing number %j: %s", (number) => {
    expect(routing(number)).toEqual(["ach.routing_number"]);
  });

  it("takes exactly the prefixes that are assigned", () => {
    const taken: number[] = [];
    for (let prefix = 0; prefix < 100; prefix += 1) {
      const start = `${String(prefix).padStart(2, "0")}123456`;
      if (routing(withAba(start)).length === 0) taken.push(prefix);
    }
    const range = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(taken).toEqual([...range(0, 12), ...range(21, 32), ...range(61, 72), 80]);
  });

  it("catches any one wrong digit of the routing number", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{8}$/), fc.nat(8), fc.nat(8), (start, at, by) => {
        const digits = [...withAba(start)];
        digits[at] = String((Number(digits[at]) + by + 1) % 10);
        expect(routing(digits.join(""))).toEqual(["ach.routing_number"]);
      }),
    );
  });

  it("takes accounts of 4 to 17 digits", () => {
    const account = (length: number) =>
      faults(sample("ach", { accountNumber: "1".repeat(length) }));
    expect(account(3)).toEqual(["ach.account_number"]);
    expect(account(4)).toEqual([]);
    expect(account(17)).toEqual([]);
    expect(account(18)).toEqual(["ach.account_number"]);
  });

  it.each(["", "checking", "BUSINESS"])("refuses the account type %j", (accountType) => {
    const input = { ...sample("ach"), accountType } as Parameters<typeof faults>[0];
    expect(faults(input)).toEqual(["ach.account_type"]);
  });

  it("bounds the bank's name", () => {
    expect(faults(sample("ach", { bankName: "b".repeat(140) }))).toEqual([]);
    expect(faults(sample("ach", { bankName: "b".repeat(141) }))).toEqual(["ach.bank_name"]);
  });
});

describe("bacs", () => {
  it("is normalised", () => {
    expect(accepted(sample("bacs"))).toStrictEqual({
      kind: "bacs",
      accountNumber: "31926819",
      sortCode: "601613",
      holderName: "Jane Doe",
    });
  });

  it.each([
    [{ accountNumber: "1234567" }, "account_number"],
    [{ accountNumber: "123456789" }, "account_number"],
    [{ accountNumber: "1234567A" }, "account_number"],
    [{ accountNumber: "" }, "account_number"],
    [{ sortCode: "12345" }, "sort_code"],
    [{ sortCode: "1234567" }, "sort_code"],
    [{ sortCode: "12.34.56" }, "sort_code"],
    [{ sortCode: "１２３４５６" }, "sort_code"],
    [{ holderName: "" }, "holder_name"],
  ])("refuses %j", (changes, field) => {
    expect(faults(sample("bacs", changes))).toEqual([`bacs.${field}`]);
  });
});

describe("sepa", () => {
  const iban = (value: string) => faults(sample("sepa", { iban: value, bic: "" }));

  it("is normalised", () => {
    expect(accepted(sample("sepa"))).toStrictEqual({
      kind: "sepa",
      iban: "DE89370400440532013000",
      holderName: "Jane Doe",
      bic: "COBADEFFXXX",
    });
  });

  it.each([
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "GB29NWBK60161331926819",
    "CH9300762011623852957",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "SM86U0322509800000000270100",
    "AL47212110090000000235698741",
    "MD24AG000225100013104168",
    "ME25505000012345678951",
    "MK07250120000058984",
    "RS35260005601001611379",
    "  es91-2100-0418-4502-0005-1332  ",
  ])("takes %s", (value) => expect(iban(value)).toEqual([]));

  it.each([
    ["", "absent"],
    ["DE88370400440532013000", "wrong check digits"],
    ["DE8937040044053201300", "one character less"],
    ["DE893704004405320130000", "one character more"],
    ["XX89370400440532013000", "a country without IBANs"],
    ["TR330006100519786457841326", "a country outside SEPA"],
    ["XK051212012345678906", "a country outside SEPA"],
    ["DE", "a country alone"],
    ["DE8937040044053201300Ö", "a letter outside ASCII"],
    ["ＤＥ89370400440532013000", "full-width letters"],
    ["DE8937040044O532013000", "a letter for a digit"],
    ["0532013000", "an account alone"],
  ])("refuses %j: %s", (value) => expect(iban(value)).toEqual(["sepa.iban"]));

  it("does not judge the keys inside the national part", () => {
    // Belgium's own check digits are wrong here, mod 97 is right.
    expect(iban(`BE${mod97("BE", "123456789013")}123456789013`)).toEqual([]);
  });

  it("takes check digits from 02 to 98 alone", () => {
    // 97 and 98 leave the same remainder as 00 and 01.
    for (let account = 0; account < 500; account += 1) {
      const body = `37040044${String(account).padStart(10, "0")}`;
      const right = Number(mod97("DE", body));
      if (right < 97) continue;
      expect(iban(`DE${right}${body}`)).toEqual([]);
      expect(iban(`DE0${right - 97}${body}`)).toEqual(["sepa.iban"]);
    }
  });

  it("catches any one wrong digit", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{18}$/),
        fc.nat(19),
        fc.integer({ min: 1, max: 9 }),
        (body, at, by) => {
          const digits = [...`DE${mod97("DE", body)}${body}`];
          expect(iban(digits.join(""))).toEqual([]);
          digits[at + 2] = String((Number(digits[at + 2]) + by) % 10);
          expect(iban(digits.join(""))).toEqual(["sepa.iban"]);
        },
      ),
    );
  });

  it.each([
    ["DE89370400440532013000", "COBADEFF"],
    ["DE89370400440532013000", "COBADEFF500"],
    ["GB29NWBK60161331926819", "NWBKGB2L"],
    ["GB29NWBK60161331926819", "NWBKJESX"],
    ["GB29NWBK60161331926819", "NWBKGGSX"],
    ["GB29NWBK60161331926819", "NWBKIMD1"],
    ["FR1420041010050500013M02606", "SOGEGPGX"],
    ["FR1420041010050500013M02606", "BREDRERX"],
  ])("takes %s with the BIC %s", (value, bic) => {
    expect(faults(sample("sepa", { iban: value, bic }))).toEqual([]);
  });

  it.each([
    ["COBADEF", "7 characters"],
    ["COBADEFF5", "9 characters"],
    ["COBADEFF50", "10 characters"],
    ["COBADEFF5000", "12 characters"],
    ["C0BADEFF", "a digit in the bank's code"],
    ["COBAXXFF", "a country that is none"],
    ["COBAFRPP", "another country"],
    ["NWBKGGSX", "a territory of another country"],
    ["COBADEFÉ", "a letter outside ASCII"],
  ])("refuses the BIC %j: %s", (bic) => {
    expect(faults(sample("sepa", { bic }))).toEqual(["sepa.bic"]);
  });

  it("says which remedy fits", () => {
    expect(message(sample("sepa", { iban: "DE8937040044053201300" }))).toContain("length");
    expect(message(sample("sepa", { iban: "DE88370400440532013000" }))).toContain("check digits");
    expect(message(sample("sepa", { iban: "TR330006100519786457841326", bic: "" }))).toContain(
      "SEPA",
    );
  });
});

describe("open_banking_uk", () => {
  it("is normalised", () => {
    expect(accepted(sample("open_banking_uk"))).toStrictEqual({
      kind: "open_banking_uk",
      iban: "GB29NWBK60161331926819",
      holderName: "Jane Doe",
    });
  });

  it.each(["", "DE89370400440532013000", "GB28NWBK60161331926819", "GB29NWBK6016133192681"])(
    "refuses the IBAN %j",
    (iban) => {
      expect(faults(sample("open_banking_uk", { iban }))).toEqual(["open_banking_uk.iban"]);
    },
  );
});

/** Eight digits with the check digit that the weights 3-7-1 ask for. */
function withAba(start: string): string {
  const weights = [3, 7, 1, 3, 7, 1, 3, 7];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(start[i]), 0);
  return start + ((10 - (sum % 10)) % 10);
}

/** The check digits of an IBAN, by the standard's own recipe. */
function mod97(country: string, body: string): string {
  const digits = [...`${body}${country}00`].map((c) => Number.parseInt(c, 36)).join("");
  return String(98n - (BigInt(digits) % 97n)).padStart(2, "0");
}
