import { countryOfPayoutMethod, type PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Person } from "../../domain/person.ts";
import type { Form } from "./form.ts";

/** Where Stripe's own token of a bank account is the method. */
export function tokenOf(method: PayoutMethod): string | undefined {
  if (method.kind !== "passthrough" || method.tokenKind !== "bank_account") return undefined;
  return /^btok_\w{1,255}$/.test(method.pspToken) ? method.pspToken : undefined;
}

/**
 * The body of POST /v1/tokens for a bank account.
 *
 * @returns undefined for a method that is no bank account which Stripe pays to by its numbers
 */
export function toBankForm(method: PayoutMethod, person: Person | null): Form | undefined {
  const numbers = numbersOf(method);
  if (numbers === undefined) return undefined;
  const { currency, accountNumber, routingNumber, holderName, accountType } = numbers;
  const holderType = person && (person.type === "INDIVIDUAL" ? "individual" : "company");
  return {
    "bank_account[country]": countryOfPayoutMethod(method),
    "bank_account[currency]": currency,
    "bank_account[account_number]": accountNumber,
    "bank_account[routing_number]": routingNumber,
    "bank_account[account_holder_name]": holderName,
    "bank_account[account_holder_type]": holderType ?? undefined,
    "bank_account[account_type]": accountType,
  };
}

interface Numbers {
  readonly currency: string;
  readonly accountNumber: string;
  readonly routingNumber?: string;
  readonly holderName: string;
  readonly accountType?: string;
}

function numbersOf(method: PayoutMethod): Numbers | undefined {
  switch (method.kind) {
    case "ach": {
      const { accountNumber, routingNumber, holderName, accountType: type } = method;
      const accountType = type.toLowerCase();
      return { currency: "usd", accountNumber, routingNumber, holderName, accountType };
    }
    case "bacs": {
      const { accountNumber, sortCode: routingNumber, holderName } = method;
      return { currency: "gbp", accountNumber, routingNumber, holderName };
    }
    case "sepa":
      return { currency: "eur", accountNumber: method.iban, holderName: method.holderName };
    default:
      return undefined;
  }
}
