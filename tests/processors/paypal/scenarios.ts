import type { ItemStatus } from "./item.ts";

/** What becomes of an item, and of its batch, when PayPal gets to it. */
export interface Scenario {
  readonly status: ItemStatus;
  /** The item's error, where it has one. */
  readonly error?: { readonly name: string; readonly message: string };
  /** The whole batch is denied. */
  readonly denied?: boolean;
  /** What follows, a day later. */
  readonly later?: ItemStatus;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  success: { status: "SUCCESS" },
  pending: { status: "PENDING" },
  onhold: { status: "ONHOLD" },
  blocked: { status: "BLOCKED" },
  unclaimed: {
    status: "UNCLAIMED",
    error: {
      name: "RECEIVER_UNREGISTERED",
      message: "The recipient for this payout does not have an account.",
    },
  },
  failed: {
    status: "FAILED",
    error: { name: "RECEIVER_ACCOUNT_INVALID", message: "Receiver's account is invalid." },
  },
  denied: {
    status: "FAILED",
    denied: true,
    error: { name: "RECEIVER_ACCOUNT_INVALID", message: "Receiver's account is invalid." },
  },
  refunded: { status: "SUCCESS", later: "REFUNDED" },
  reversed: { status: "SUCCESS", later: "REVERSED" },
};

/**
 * The receiver says what becomes of an item: "unclaimed@example.com" and "unclaimed.2@example.com" are
 * not claimed. Receivers that name no scenario get their money.
 */
export function scenarioOf(receiver: string): Scenario {
  const [word = ""] = receiver.toLowerCase().split(/[@.+-]/, 1);
  return scenarios[word] ?? { status: "SUCCESS" };
}

interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly message: string;
}

const refusals: Readonly<Record<string, Refusal>> = {
  ERRPYO001: {
    status: 403,
    name: "SENDER_RESTRICTED",
    message: "The sender's account is restricted.",
  },
  ERRPYO002: {
    status: 403,
    name: "SENDER_EMAIL_UNCONFIRMED",
    message: "The sender's email is unconfirmed.",
  },
  ERRPYO003: {
    status: 403,
    name: "AUTHORIZATION_ERROR",
    message: "Authorization error occurred.",
  },
  ERRPYO005: {
    status: 422,
    name: "INSUFFICIENT_FUNDS",
    message: "Sender does not have sufficient funds.",
  },
  ERRPYO006: {
    status: 500,
    name: "INTERNAL_ERROR",
    message: "An internal service error has occurred.",
  },
  ERRPYO010: {
    status: 400,
    name: "VALIDATION_ERROR",
    message: "Invalid request - see details",
  },
};

/** PayPal's own test values for refusals, which stand in an item's note. */
export function refusalOf(note: string | undefined): Refusal | undefined {
  return note === undefined ? undefined : refusals[note];
}
