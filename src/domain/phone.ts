// The smallest metadata (80 kB): it loads in the same 25 ms as the full one, and what the full one
// adds, types of line, we do not ask for. Too much for a page: its script knows the shape alone.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { phoneShape } from "./phone-shape.ts";

/** `country` is ISO 3166-1 alpha-2; absent where the number fits none of those that share the code. */
export type Phone = { readonly e164: string; readonly country?: string | undefined };

/**
 * A number in E.164, or undefined: one that has the shape (see phoneShape) and a length that its
 * country has. Whether the area code is assigned is not asked: plans grow between two releases of the
 * metadata, and a real recipient must not be refused for that.
 */
export function parsePhone(text: string): Phone | undefined {
  const compact = phoneShape(text);
  if (compact === undefined) return undefined;
  const number = parsePhoneNumberFromString(compact, { extract: false });
  // The library drops a trunk zero ("+44 (0)20 ..."), which some countries' numbers keep (Italy):
  // where it would change the number, the caller has to.
  if (number?.number !== compact || !number.isPossible()) return undefined;
  return { e164: compact, country: number.country };
}
