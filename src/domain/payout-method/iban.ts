import { ValidationErrorsIBAN, validateIBAN } from "ibantools";
import type { FieldReader, TextInput } from "../field-reader.ts";

/** Check digits run from 02 to 98; the others give the same remainder as one of those. */
const SHAPE = /^[A-Z]{2}(?!00|01|99)[0-9]{2}[A-Z0-9]{11,30}$/;

/**
 * An IBAN in its electronic form: upper case, the length and shape that its country has, mod 97
 * right. The keys inside the national part are not asked for: they are the bank's to judge, and
 * processors' own test accounts break them.
 */
export function readIban(reader: FieldReader, field: string, input: TextInput): string | undefined {
  const iban = reader.code(field, input, {
    pattern: SHAPE,
    required: "Give the IBAN.",
    wrong: "Give the IBAN in full: country, two check digits and the account.",
  });
  if (iban === undefined) return undefined;
  const errors = validateIBAN(iban).errorCodes.filter(
    (error) => error !== ValidationErrorsIBAN.WrongAccountBankBranchChecksum,
  );
  if (errors.length === 0) return iban;
  return reader.refuse(
    field,
    errors.includes(ValidationErrorsIBAN.NoIBANCountry)
      ? "Give an IBAN of a country that has them."
      : errors.includes(ValidationErrorsIBAN.WrongBBANLength)
        ? "Give the IBAN in full: its length is not the one its country has."
        : "Check the IBAN: its check digits do not match.",
  );
}
