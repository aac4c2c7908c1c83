import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskPayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { accepted, faults, sample } from "./samples.ts";

const CPF = "29537995593";
const CNPJ = "54550752000155";
const EVP = "123e4567-e89b-12d3-a456-426655440000";

describe("pix", () => {
  it("is normalised", () => {
    expect(accepted(sample("pix"))).toStrictEqual({
      kind: "pix",
      accountNumber: "123456789",
      branch: "0001",
      bankCode: "260",
      ispb: "18236120",
      taxId: CPF,
      accountType: "CHECKING",
      holderName: "Joana Silva",
    });
  });

  it.each([
    CPF,
    "295.379.955-93",
    CNPJ,
    "54.550.752/0001-55",
    "12ABC34501DE35",
    "12.abc.345/01de-35",
  ])("takes the tax number %s", (taxId) => expect(faults(sample("pix", { taxId }))).toEqual([]));

  it.each([
    ["", "absent"],
    ["29537995594", "a wrong check digit"],
    ["11111111111", "one digit repeated"],
    ["00000000000000", "zeros"],
    ["54550752000156", "a wrong check digit"],
    ["12ABC34501DE36", "a wrong check digit"],
    ["12ABC34501DEA5", "a letter for a check digit"],
    ["2953799559", "10 digits"],
    ["295379955930", "12 digits"],
    ["２９５３７９９５５９３", "full-width digits"],
  ])("refuses the tax number %j: %s", (taxId) => {
    expect(faults(sample("pix", { taxId }))).toEqual(["pix.tax_id"]);
  });

  it("catches one wrong digit of a CPF, but for those that its check digits cannot see", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{9}$/),
        fc.nat(10),
        fc.integer({ min: 1, max: 9 }),
        (start, at, by) => {
          const [first, firstRest] = checkDigit(start);
          const [second, secondRest] = checkDigit(start + first);
          // The remainders 0 and 1 share the digit 0: with both in play a wrong digit can hide.
          fc.pre(firstRest > 1 && secondRest > 1);
          const digits = [...`${start}${first}${second}`];
          digits[at] = String((Number(digits[at]) + by) % 10);
          expect(faults(sample("pix", { taxId: digits.join("") }))).toEqual(["pix.tax_id"]);
        },
      ),
    );
  });

  it("needs the bank by one code or both", () => {
    const bank = (bankCode: string, ispb: string) => faults(sample("pix", { bankCode, ispb }));
    expect(bank("260", "")).toEqual([]);
    expect(bank("", "18236120")).toEqual([]);
    expect(bank("", "")).toEqual(["pix.bank_code"]);
    expect(bank(" ", " ")).toEqual(["pix.bank_code"]);
    expect(bank("26", "18236120")).toEqual(["pix.bank_code"]);
    expect(bank("2600", "")).toEqual(["pix.bank_code"]);
    expect(bank("", "1823612")).toEqual(["pix.ispb"]);
    expect(bank("", "182361200")).toEqual(["pix.ispb"]);
  });

  it.each([
    [{ branch: "1" }, []],
    [{ branch: "12345" }, []],
    [{ branch: "" }, ["pix.branch"]],
    [{ branch: "123456" }, ["pix.branch"]],
    [{ branch: "12X" }, ["pix.branch"]],
    [{ accountNumber: "1" }, []],
    [{ accountNumber: "1234-x" }, []],
    [{ accountNumber: "1".repeat(20) }, []],
    [{ accountNumber: "1".repeat(21) }, ["pix.account_number"]],
    [{ accountNumber: "X" }, ["pix.account_number"]],
    [{ accountNumber: "1X1" }, ["pix.account_number"]],
    [{ accountNumber: "" }, ["pix.account_number"]],
    [{ holderName: "" }, ["pix.holder_name"]],
    [{ accountType: "SAVINGS" }, []],
    [{ accountType: "" }, ["pix.account_type"]],
    [{ accountType: "PAYMENT" }, ["pix.account_type"]],
  ])("with %j has faults in %j", (changes, fields) => {
    expect(faults(sample("pix", changes))).toEqual(fields);
  });
});

describe("pix_key", () => {
  const key = (pixKey: string, keyKind = "") => sample("pix_key", { pixKey, keyKind });

  it.each([
    [CPF, "CPF", CPF],
    ["295.379.955-93", "CPF", CPF],
    ["54.550.752/0001-55", "CNPJ", CNPJ],
    ["12.abc.345/01de-35", "CNPJ", "12ABC34501DE35"],
    ["Joana.Silva@Example.COM", "EMAIL", "joana.silva@example.com"],
    ["+55 11 98765-4321", "PHONE", "+5511987654321"],
    [EVP.toUpperCase(), "EVP", EVP],
  ])("tells %s to be a %s", (pixKey, keyKind, normalised) => {
    const method = { kind: "pix_key", pixKey: normalised, keyKind };
    expect(accepted(key(pixKey))).toStrictEqual(method);
    expect(accepted(key(pixKey, keyKind))).toStrictEqual(method);
  });

  it.each([
    ["", ""],
    ["nonsense", ""],
    ["29537995594", ""],
    ["11987654321", ""],
    ["5511987654321", ""],
    ["+14155552671", ""],
    ["11987654321", "PHONE"],
    ["+14155552671", "PHONE"],
    [CPF, "CNPJ"],
    [CNPJ, "CPF"],
    [CPF, "EMAIL"],
    ["joana@example", ""],
    ["joana@example.com", "CPF"],
    [EVP.replaceAll("-", ""), ""],
    [EVP.replaceAll("-", ""), "EVP"],
    [`${EVP}0`, "EVP"],
    ["２９５３７９９５５９３", ""],
    ["２９５３７９９５５９３", "CPF"],
    [`${"j".repeat(64)}@${"d".repeat(10)}.br`, ""],
    ["k".repeat(255), ""],
  ])("refuses %j as %j", (pixKey, keyKind) => {
    expect(faults(key(pixKey, keyKind))).toEqual(["pix_key.pix_key"]);
  });

  it("takes an e-mail of 77 characters, the directory's limit", () => {
    expect(faults(key(`${"j".repeat(64)}@${"d".repeat(9)}.br`))).toEqual([]);
  });

  it.each(["cpf", "UUID"])("refuses the kind %j", (keyKind) => {
    expect(faults(key(CPF, keyKind))).toEqual(["pix_key.kind"]);
  });

  it("shows a little of each kind", () => {
    const shown = (pixKey: string) => maskPayoutMethod(accepted(key(pixKey)));
    expect(shown(CPF)).toStrictEqual({ kind: "pix_key", country: "BR", last4: "5593" });
    expect(shown(CNPJ)).toMatchObject({ last4: "0155" });
    expect(shown(EVP)).toMatchObject({ last4: "0000" });
    expect(shown("+5511987654321")).toMatchObject({ phone: "+55*******4321" });
    expect(shown("joana@example.com")).toMatchObject({ email: "j***@example.com" });
  });
});

/** The next check digit of a CPF, and the remainder that it stands for. */
function checkDigit(digits: string): [digit: number, remainder: number] {
  const sum = [...digits].reduce((total, d, i) => total + Number(d) * (digits.length + 1 - i), 0);
  const remainder = sum % 11;
  return [remainder < 2 ? 0 : 11 - remainder, remainder];
}
