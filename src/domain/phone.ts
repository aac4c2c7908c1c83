// The smallest metadata (80 kB): it loads in the same 25 ms as the full one, and what the full one
// adds, types of line, we do not ask for. The browser's bundle carries it too.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** `country` is ISO 3166-1 alpha-2; absent where the number fits none of those that share the code. */
export type Phone = { readonly e164: string; readonly country?: string | undefined };

const PUNCTUATION = /[\s\u2010\u2011().-]+/g;
const E164 = /^\+[1-9][0-9]{6,14}$/;
/** Area code and exchange of the North American plan never start with 0 or 1. */
const NORTH_AMERICAN = /^\+1[2-9][0-9]{2}[2-9][0-9]{6}$/;

/**
 * A number in E.164, or undefined. Spaces, hyphens, dots and brackets go; the plus sign and the
 * country's code must be there, since guessing a country may pay a stranger. The length must be one
 * that the country has. Whether the area code is assigned is not asked: plans grow between two
 * releases of the metadata, and a real recipient must not be refused for that.
 */
export function parsePhone(text: string): Phone | undefined {
  const compact = text.replace(PUNCTUATION, "");
  if (!E164.test(compact)) return undefined;
  if (compact.startsWith("+1") && !NORTH_AMERICAN.test(compact)) return undefined;
  const number = parsePhoneNumberFromString(compact, { extract: false });
  // The library drops a trunk zero ("+44 (0)20 ..."), which some countries' numbers keep (Italy):
  // where it would change the number, the caller has to.
  if (number?.number !== compact || !number.isPossible()) return undefined;
  return { e164: compact, country: number.country };
}
