import type { BankAccount } from "./bank-accounts.ts";

export type AccountId = `acct_${string}`;

/** A connected account, as Stripe's books have it. */
export interface Account {
  readonly id: AccountId;
  readonly type: "custom" | "express" | "standard";
  readonly country: string;
  readonly created: number;
  email: string | null;
  businessType: string | null;
  /** What was told about the person or the company. */
  told: Readonly<Record<string, unknown>>;
  metadata: Record<string, string>;
  tosAccepted: boolean;
  transfersRequested: boolean;
  /** Set by hosted onboarding. */
  detailsSubmitted: boolean;
  payoutInterval: "manual" | "daily" | "weekly" | "monthly";
  readonly banks: BankAccount[];
  /** What a test says that Stripe wants beside the rest. */
  demanded: string[];
  verifying: boolean;
  rejected: "fraud" | "listed" | "terms_of_service" | "other" | undefined;
}

/** What is missing before anything may be done. For hosted types Stripe asks the person itself. */
export function currentlyDue(account: Account): string[] {
  const due = [...account.demanded];
  if (account.type === "custom") {
    if (account.businessType === null) due.push("business_type");
    else due.push(...missingNames(account));
    if (!account.tosAccepted) due.push("tos_acceptance.date", "tos_acceptance.ip");
  } else if (!account.detailsSubmitted) {
    due.push("business_type", "tos_acceptance.date", "tos_acceptance.ip");
  }
  if (account.banks.length === 0) due.push("external_account");
  return due;
}

/** The capability to receive transfers. A missing bank account stops payouts only. */
export function transfersStatus(account: Account): "active" | "inactive" | "pending" {
  if (account.rejected !== undefined) return "inactive";
  if (currentlyDue(account).some((field) => field !== "external_account")) return "inactive";
  return account.verifying ? "pending" : "active";
}

export function payoutsEnabled(account: Account): boolean {
  return (
    account.transfersRequested &&
    transfersStatus(account) === "active" &&
    currentlyDue(account).length === 0
  );
}

export function disabledReason(account: Account): string | null {
  if (account.rejected !== undefined) return `rejected.${account.rejected}`;
  if (currentlyDue(account).length > 0) return "requirements.past_due";
  return account.verifying ? "requirements.pending_verification" : null;
}

function missingNames(account: Account): string[] {
  const wanted =
    account.businessType === "individual"
      ? ["individual.first_name", "individual.last_name"]
      : ["company.name"];
  return wanted.filter((field) => !account.told[field.split(".")[1] ?? ""]);
}
