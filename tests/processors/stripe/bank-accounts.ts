/** A bank account as an external account of a connected account. */
export interface BankAccount {
  readonly id: `ba_${string}`;
  readonly account: string;
  readonly country: string;
  readonly currency: string;
  readonly last4: string;
  readonly routingNumber: string | null;
  readonly holderName: string | null;
  readonly holderType: string | null;
  readonly metadata: Record<string, string>;
  /** What a payout to it fails with; undefined where it arrives. */
  readonly failsWith: string | undefined;
  readonly instant: boolean;
  isDefault: boolean;
  /** "errored" after a failed payout: nothing is sent there until the details change. */
  status: "new" | "errored" | "verification_failed";
}

/** Stripe's own test numbers: what a payout to them comes to. All others arrive. */
const failingNumbers: Readonly<Record<string, string>> = {
  "000111111116": "no_account",
  "000111111113": "account_closed",
  "000222222227": "insufficient_funds",
  "000333333335": "debit_not_authorized",
  "000444444440": "invalid_currency",
  DE62370400440532013001: "no_account",
};

export function failureOf(accountNumber: string): string | undefined {
  return failingNumbers[accountNumber.replaceAll(" ", "").toUpperCase()];
}

export function renderBankAccount(bank: BankAccount): Record<string, unknown> {
  return {
    id: bank.id,
    object: "bank_account",
    account: bank.account,
    account_holder_name: bank.holderName,
    account_holder_type: bank.holderType,
    account_type: null,
    available_payout_methods: bank.instant ? ["standard", "instant"] : ["standard"],
    bank_name: "STRIPE TEST BANK",
    country: bank.country,
    currency: bank.currency,
    default_for_currency: bank.isDefault,
    fingerprint: `fp${bank.id.slice(3, 17)}`,
    last4: bank.last4,
    metadata: bank.metadata,
    routing_number: bank.routingNumber,
    status: bank.status,
  };
}
