import { isValidBIC } from "ibantools";
import { FieldReader, present } from "../field-reader.ts";
import { lastFour, maskName } from "../mask.ts";
import { readIban } from "./iban.ts";
import { canonical, HOLDER_NAME, type Rail } from "./rail.ts";

export type Sepa = {
  readonly kind: "sepa";
  readonly iban: string;
  readonly holderName: string;
  readonly bic?: string;
};

/**
 * IBAN countries of the SEPA schemes (EPC409-09). Our own: ibantools 4.5.4 lacks those that joined
 * in 2024 and 2025 (AL, MD, ME, MK, RS).
 */
const SEPA_COUNTRIES: ReadonlySet<string> = new Set(
  `AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL
  NO PL PT RO RS SE SI SK SM VA`.split(/\s+/),
);

/**
 * Where a bank's BIC may name another country than the accounts it keeps: territories that have no
 * IBANs of their own, and Monaco's branches of French banks.
 */
const BIC_COUNTRIES: ReadonlyMap<string, readonly string[]> = new Map([
  ["GB", ["GG", "IM", "JE"]],
  ["FR", ["BL", "GF", "GP", "MC", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"]],
  ["MC", ["FR"]],
  ["FI", ["AX"]],
]);

export const sepa: Rail<Sepa> = {
  parse(input) {
    const reader = new FieldReader("sepa");
    const iban = readIban(reader, "iban", input.iban);
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    const bic = reader.code("bic", input.bic, {
      pattern: /^(?:[A-Z0-9]{8}|[A-Z0-9]{11})$/,
      wrong: "Leave the BIC out, or give its 8 or 11 characters.",
    });
    if (iban !== undefined && !SEPA_COUNTRIES.has(iban.slice(0, 2))) {
      reader.refuse("iban", "Give an IBAN of a SEPA country, or another payout method.");
    }
    if (bic !== undefined && !isValidBIC(bic)) {
      reader.refuse("bic", "Leave the BIC out, or check it: no bank can have this one.");
    } else if (bic !== undefined && iban !== undefined && !countryAgrees(iban, bic)) {
      reader.refuse("bic", "Leave the BIC out, or give that of the IBAN's bank: countries differ.");
    }
    if (!iban || !holderName || reader.refused) return reader.refusal();
    return { method: { kind: "sepa", iban, holderName, ...present({ bic }) } };
  },

  mask: ({ kind, iban, bic, holderName }) => ({
    kind,
    last4: lastFour(iban),
    country: iban.slice(0, 2),
    holderName: maskName(holderName),
    ...present({ bank: bic }),
  }),

  // Without the BIC: the IBAN names the bank already.
  fingerprint: ({ kind, iban }) => canonical(kind, iban),
  currencies: ["EUR"],
  countryOf: ({ iban }) => iban.slice(0, 2),
};

function countryAgrees(iban: string, bic: string): boolean {
  const [account, bank] = [iban.slice(0, 2), bic.slice(4, 6)];
  return account === bank || (BIC_COUNTRIES.get(account)?.includes(bank) ?? false);
}
