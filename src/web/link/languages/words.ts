import type { PayoutMethodKind } from "../../../domain/payout-method/index.ts";
import type { RecipientTrouble } from "../../../domain/recipient-trouble.ts";
import type { ClaimResult } from "../../../service/visit-link.ts";

/** The payout methods that a page can take. */
export type PageMethod = Exclude<PayoutMethodKind, "apple_pay" | "passthrough">;

/** Fields by what is said of them: an account number has other words in each country. */
export type FieldText =
  | "givenName"
  | "familyName"
  | "holderName"
  | "cardHolder"
  | "routingNumber"
  | "usAccount"
  | "sortCode"
  | "ukAccount"
  | "accountType"
  | "iban"
  | "ukIban"
  | "cardNumber"
  | "expiryMonth"
  | "expiryYear"
  | "taxId"
  | "bank"
  | "branch"
  | "brAccount"
  | "pixKey"
  | "paypalEmail"
  | "venmoPhone"
  | "interacEmail"
  | "claimCode";

export interface FieldWords {
  readonly label: string;
  /** Said before anything is typed; empty where the label says it all. */
  readonly hint: string;
  readonly missing: string;
  readonly wrong: string;
}

interface Notice {
  readonly title: string;
  readonly text: string;
}

/** Everything that the pages say in one language. {merchant}, {amount} and the like are filled in. */
export interface Words {
  /** The language's own name. */
  readonly ownName: string;
  readonly direction: "ltr" | "rtl";
  readonly title: string;
  /** Before the title of a page with faults. */
  readonly faultTitle: string;
  readonly language: string;
  readonly paysYou: string;
  readonly paidOutIn: string;
  readonly claimBy: string;
  readonly step: string;
  readonly choose: string;
  readonly noMethod: string;
  readonly otherMethod: string;
  readonly aboutYou: string;
  readonly account: string;
  readonly continue: string;
  readonly review: string;
  readonly reviewAdvice: string;
  readonly method: string;
  readonly receive: string;
  readonly change: string;
  readonly wait: string;
  readonly thereIsAProblem: string;
  readonly giveAgain: string;
  readonly cannotPayThere: string;
  readonly tooManyTries: string;
  readonly backTo: string;
  readonly checking: string;
  readonly savings: string;
  /** Of an account of which the last characters are shown. */
  readonly endingIn: string;
  readonly keepsWatching: string;
  readonly unavailable: Notice;
  readonly failed: Notice;
  readonly methods: Readonly<Record<PageMethod, Notice>>;
  readonly fields: Readonly<Record<FieldText, FieldWords>>;
  readonly retry: { readonly title: string } & Readonly<Record<RecipientTrouble, string>>;
  readonly results: Readonly<Record<ClaimResult, Notice>>;
}
