import type { BankAccount, Counterparties, Counterparty } from "./counterparties.ts";
import { refuse } from "./refusal.ts";

export interface Receiver {
  readonly counterparty: Counterparty;
  /** Undefined for a person who is paid inside Revolut, by the tag alone. */
  readonly account: BankAccount | undefined;
}

/** Finds who is meant by `receiver` in a request, and refuses what is ambiguous. */
export function findReceiver(
  counterparties: Counterparties,
  given: unknown,
  currency: string,
): Receiver {
  const wanted = (given ?? {}) as Readonly<Record<string, unknown>>;
  const id = wanted["counterparty_id"];
  if (typeof id !== "string")
    throw refuse(400, "invalid", "'receiver.counterparty_id' is required");
  if (wanted["account_id"] !== undefined && wanted["card_id"] !== undefined) {
    throw refuse(400, "invalid", "Both 'account_id' and 'card_id' can't be provided");
  }
  const counterparty = counterparties.find(id);
  if (!counterparty) throw refuse(400, "receiverNotFound", `Counterparty not found ${id}`);
  if (wanted["card_id"] !== undefined) {
    throw refuse(400, "receiverNotFound", `Card not found for counterparty ${id}`);
  }
  const account = accountOf(counterparty, wanted["account_id"]);
  if (account && account.currency !== currency) {
    const message = "The payment currency does not match the counterparty's account currency";
    throw refuse(400, "currencyMismatch", message);
  }
  return { counterparty, account };
}

function accountOf(counterparty: Counterparty, wanted: unknown): BankAccount | undefined {
  const { accounts, id, profileType, revtag } = counterparty;
  if (wanted !== undefined) {
    const account = accounts.find((each) => each.id === wanted);
    if (!account) throw refuse(400, "receiverNotFound", `Account not found for counterparty ${id}`);
    return account;
  }
  if (accounts.length > 1 || (revtag !== undefined && profileType === "business")) {
    throw refuse(400, "invalid", "'receiver.account_id' or 'receiver.card_id' is missing");
  }
  return accounts[0];
}
