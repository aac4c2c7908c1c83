import { networkOf } from "../../domain/payout-method/card-rules.ts";
import {
  bankOfCompeCode,
  bankOfIban,
  bankOfRoutingNumber,
  bankOfSortCode,
} from "../../domain/payout-method/known-banks.ts";
import type { Grouping, Told } from "./method-fields.ts";

/** Names of card networks as people know them. */
const NETWORKS: Readonly<Record<string, string>> = {
  visa: "Visa",
  mastercard: "Mastercard",
  american_express: "American Express",
  diners_club: "Diners Club",
  discover: "Discover",
  jcb: "JCB",
  unionpay: "UnionPay",
  maestro: "Maestro",
  elo: "Elo",
  mir: "Mir",
  hiper: "Hiper",
  hipercard: "Hipercard",
  troy: "Troy",
  naranja: "Naranja",
  verve: "Verve",
};

export function networkName(network: string | undefined): string | undefined {
  return network === undefined ? undefined : NETWORKS[network];
}

/** What can be told of a value, finished or not, such as the bank of an IBAN: a name, or nothing. */
export function tell(told: Told, text: string): string | undefined {
  const compact = text.replace(/[\s\u2010\u2011-]+/g, "").toUpperCase();
  switch (told) {
    case "bank-of-iban":
      return bankOfIban(compact);
    case "bank-of-routing":
      return bankOfRoutingNumber(compact);
    case "bank-of-sort-code":
      return compact.length === 6 ? bankOfSortCode(compact) : undefined;
    case "bank-of-compe":
      return bankOfCompeCode(compact);
    case "network":
      return /^[0-9]{2,19}$/.test(compact) ? networkName(networkOf(compact)) : undefined;
  }
}

/** A value as it is read most easily. What does not look like one stays as it is. */
export function group(grouping: Grouping, text: string): string {
  const compact = text.replace(/[\s\u2010\u2011-]+/g, "");
  switch (grouping) {
    case "fours":
      return /^[a-z]{2}[a-z0-9]*$/i.test(compact) ? inFours(compact.toUpperCase()) : text;
    case "card":
      return /^[0-9]+$/.test(compact) ? cardGroups(compact) : text;
    case "sort-code":
      return /^[0-9]{1,6}$/.test(compact) ? compact.replace(/..(?=.)/g, "$&-") : text;
    case "tax-id": {
      const plain = compact.replace(/[./]/g, "");
      if (/^[0-9]{11}$/.test(plain)) {
        return plain.replace(/^(...)(...)(...)(..)$/, "$1.$2.$3-$4");
      }
      return /^[0-9A-Z]{14}$/i.test(plain)
        ? plain.toUpperCase().replace(/^(..)(...)(...)(....)(..)$/, "$1.$2.$3/$4-$5")
        : text;
    }
  }
}

/** American Express prints 4, 6 and 5 digits. */
function cardGroups(digits: string): string {
  if (!/^3[47]/.test(digits)) return inFours(digits);
  return [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10)]
    .filter((part) => part !== "")
    .join(" ");
}

function inFours(text: string): string {
  return text.replace(/.{4}(?=.)/g, "$& ");
}
