import { FieldReader, isGiven, present } from "../field-reader.ts";
import { lastFour, maskName } from "../mask.ts";
import { canonical, HOLDER_NAME, type Rail } from "./rail.ts";
import { readTaxId } from "./tax-id.ts";

/** A payment institution's account (conta de pagamento) goes as CHECKING: the contract has no word for it. */
const ACCOUNT_TYPES = ["CHECKING", "SAVINGS"] as const;

export type Pix = {
  readonly kind: "pix";
  readonly accountNumber: string;
  readonly branch: string;
  /** COMPE code, three digits. This, `ispb` or both are there. */
  readonly bankCode?: string;
  /** The institution's code in the payment system, eight digits. */
  readonly ispb?: string;
  /** CPF or CNPJ. */
  readonly taxId: string;
  readonly accountType: (typeof ACCOUNT_TYPES)[number];
  readonly holderName: string;
};

const ACCOUNT_TYPE = "Give the account type: CHECKING or SAVINGS.";

export const pix: Rail<Pix> = {
  parse(input) {
    const reader = new FieldReader("pix");
    const accountNumber = reader.code("account_number", input.accountNumber, {
      // Some banks' check digit is an X.
      pattern: /^(?=.{1,20}$)[0-9]+X?$/,
      required: "Give the account number with its check digit.",
      wrong: "Give the account number with its check digit: at most 20 digits.",
    });
    const branch = reader.digits("branch", input.branch, {
      lengths: [1, 5],
      required: "Give the branch (agencia).",
      wrong: "Give the branch (agencia): 1 to 5 digits.",
    });
    const bankCode = reader.digits("bank_code", input.bankCode, {
      lengths: [3, 3],
      wrong: "Give the bank's COMPE code: 3 digits.",
    });
    const ispb = reader.digits("ispb", input.ispb, {
      lengths: [8, 8],
      wrong: "Give the institution's ISPB code: 8 digits.",
    });
    const taxId = readTaxId(reader, "tax_id", input.taxId, ["CPF", "CNPJ"], {
      required: "Give the holder's CPF or CNPJ.",
      wrong: "Check the holder's CPF (11 digits) or CNPJ (14 characters) and its check digits.",
    });
    // Required: Pix's payment order has no place for an account without its type.
    const accountType = reader.choice("account_type", input.accountType, {
      of: ACCOUNT_TYPES,
      required: ACCOUNT_TYPE,
      wrong: ACCOUNT_TYPE,
    });
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    if (!isGiven(input.bankCode) && !isGiven(input.ispb)) {
      reader.refuse("bank_code", "Give the bank's COMPE code (bank_code) or its ISPB (ispb).");
    }
    if (!accountNumber || !branch || !taxId || !accountType || !holderName || reader.refused) {
      return reader.refusal();
    }
    const bank = present({ bankCode, ispb });
    const kind = "pix";
    return { method: { kind, accountNumber, branch, ...bank, taxId, accountType, holderName } };
  },

  mask: ({ kind, accountNumber, bankCode, ispb, holderName }) => ({
    kind,
    last4: lastFour(accountNumber),
    country: "BR",
    holderName: maskName(holderName),
    ...present({ bank: ispb ?? bankCode }),
  }),

  fingerprint: ({ kind, ispb, bankCode, branch, accountNumber, accountType, taxId }) =>
    canonical(kind, ispb ?? bankCode ?? "", branch, accountNumber, accountType, taxId),

  currencies: ["BRL"],
  countryOf: () => "BR",
};
