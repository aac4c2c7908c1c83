import cardValidator from "card-validator";
import type { FieldReader, TextInput } from "../field-reader.ts";

/** Names of networks as we spell them, beside card-validator's own. */
const NETWORKS: ReadonlyMap<string, string> = new Map(
  [
    "visa",
    "mastercard",
    "american-express",
    "diners-club",
    "discover",
    "troy",
    "jcb",
    "unionpay",
    "naranja",
    "verve",
    "maestro",
    "elo",
    "mir",
    "hiper",
    "hipercard",
  ].map((name) => [name.replaceAll("-", "_"), name]),
);
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["amex", "american_express"],
  ["diners", "diners_club"],
  ["master_card", "mastercard"],
  ["union_pay", "unionpay"],
]);

export type CardNumberMessages = { readonly required: string; readonly wrong: string };

/** Digits of a primary account number, 12 to 19 of them, whose Luhn check digit is right. */
export function readCardNumber(
  reader: FieldReader,
  field: string,
  input: TextInput,
  messages: CardNumberMessages,
): string | undefined {
  const number = reader.digits(field, input, { ...messages, lengths: [12, 19] });
  if (number === undefined || passesLuhn(number)) return number;
  return reader.refuse(field, "Check the number: its last digit does not match the others.");
}

/**
 * Month and four-digit year, read as the last moment of that month in UTC. `now` is milliseconds
 * since 1970. Protobuf's 0 means absent.
 */
export function readExpiry(
  reader: FieldReader,
  input: { readonly expiryMonth?: number | undefined; readonly expiryYear?: number | undefined },
  now: number,
): { readonly expiryMonth: number; readonly expiryYear: number } | undefined {
  const month = input.expiryMonth ?? 0;
  const given = input.expiryYear ?? 0;
  const year = given >= 1 && given <= 99 ? 2000 + given : given;
  const monthIsRight = Number.isInteger(month) && month >= 1 && month <= 12;
  const yearIsRight = Number.isInteger(year) && year >= 2000 && year <= 2099;
  if (!monthIsRight) reader.refuse("expiry_month", "Give the month of expiry, 1 to 12.");
  if (!yearIsRight) {
    reader.refuse("expiry_year", "Give the year of expiry with four digits, or the last two.");
  }
  if (!monthIsRight || !yearIsRight) return undefined;
  // JavaScript counts months from 0, so this is the first moment of the month after.
  if (now >= Date.UTC(year, month, 1)) {
    return reader.refuse("expiry_year", "Give a card that has not expired.");
  }
  return { expiryMonth: month, expiryYear: year };
}

/**
 * The network of a card's number: the caller's word when the number's first digits allow it, else
 * what those digits say, else undefined. Recorded as wrong: a network that we do not know, and one
 * that the digits do not belong to.
 */
export function readNetwork(
  reader: FieldReader,
  field: string,
  input: TextInput,
  cardNumber: string,
): string | undefined {
  const claimed = claimedNetwork(input);
  if (claimed === undefined) return networkOf(cardNumber);
  const found = lookUp(cardNumber);
  if (!NETWORKS.has(claimed)) {
    return reader.refuse(
      field,
      `Leave the network out, or give one of ${[...NETWORKS.keys()].join(", ")}.`,
    );
  }
  // No single network and yet possible: several share these digits, and the caller may decide.
  const isOpen = found.card === null && found.isPotentiallyValid;
  if (isOpen || found.card?.type === NETWORKS.get(claimed)) return claimed;
  return reader.refuse(
    field,
    "Leave the network out, or give the one that the card's number belongs to.",
  );
}

/** The network that the first digits belong to, when they are enough to tell; undefined otherwise. */
export function networkOf(digits: string): string | undefined {
  return lookUp(digits).card?.type.replaceAll("-", "_");
}

/** Length and Luhn digit are checked elsewhere; card-validator is asked for the table. */
function lookUp(digits: string) {
  return cardValidator.number(digits, { skipLuhnValidation: true });
}

function claimedNetwork(input: TextInput): string | undefined {
  const word = typeof input === "string" ? input.trim().toLowerCase() : "";
  if (word === "") return undefined;
  const name = word.slice(0, 40).replace(/[\s_-]+/g, "_");
  return OTHER_SPELLINGS.get(name) ?? name;
}

/** The check digit of ISO/IEC 7812; UnionPay's exceptions are not made, the table says Luhn. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let fromRight = 1; fromRight <= digits.length; fromRight += 1) {
    const digit = Number(digits.at(-fromRight));
    const weighted = fromRight % 2 === 0 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
