import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { WireDestination } from "../../sandbox-processor/wire.ts";

/** The rail and what identifies the account on it; the sandbox needs to know no more of a method. */
export function toDestination(method: PayoutMethod): WireDestination {
  return { kind: method.kind, account: accountOf(method) };
}

function accountOf(method: PayoutMethod): string {
  switch (method.kind) {
    case "card":
      return method.cardNumber;
    case "ach":
    case "bacs":
    case "pix":
      return method.accountNumber;
    case "sepa":
    case "open_banking_uk":
      return method.iban;
    case "pix_key":
      return method.pixKey;
    case "paypal":
      return method.email ?? method.phone ?? method.paypalId ?? "";
    case "venmo":
      return method.phone;
    case "interac":
      return method.email;
    case "apple_pay":
      return method.dpan;
    case "passthrough":
      return method.pspToken;
  }
}
