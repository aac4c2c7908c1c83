import type { PayoutError } from "../../domain/payout.ts";
import type {
  LookupResult,
  OpenAccount,
  Outcome,
  ProcessorState,
  StepInput,
  WithAccount,
} from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { LOST } from "../toolkit/lost.ts";
import { disburseAccountStatus, readBankAccount } from "./bank-account.ts";
import { type ConnectedAccount, notReady, readConnectedAccount } from "./connected-account.ts";
import { destinationId } from "./destination.ts";
import { reference } from "./references.ts";
import { accountState } from "./states.ts";
import type { StripeApi } from "./stripe-api.ts";

export interface AccountQuestion {
  readonly account: OpenAccount;
  readonly connectedAccount: string;
  readonly signal: AbortSignal;
}

export function getConnectedAccount(
  api: StripeApi,
  { account, connectedAccount, signal }: AccountQuestion,
): Promise<LookupResult<ConnectedAccount>> {
  const path = `/v1/accounts/${encodeURIComponent(connectedAccount)}`;
  return api.get({ account, path, signal }, readConnectedAccount);
}

/**
 * Asks whether the payout can go, to whom and to which bank account. It only asks, so that a no is
 * heard before any money moves.
 */
export async function checkDestination(
  api: StripeApi,
  input: StepInput & WithAccount,
): Promise<Outcome<ProcessorState>> {
  const { account, payout, signal } = input;
  const connectedAccount = destinationId(input, "account");
  const bankId = destinationId(input, "bank_account");
  if (connectedAccount === undefined || bankId === undefined) return LOST;
  const asked = await getConnectedAccount(api, { account, connectedAccount, signal });
  if (asked.kind === "unreachable") return { ...asked, kind: "not_sent" };
  if (asked.kind === "not_found") return { kind: "rejected", error: NO_ACCOUNT };
  const error = whyBankIsUnusable(asked.value, bankId, payout.priority === "INSTANT");
  const state: ProcessorState = error
    ? { status: "INELIGIBLE", error }
    : accountState(asked.value, payout.fulfillment === "MANUAL");
  const references = [...(state.references ?? []), reference("bank_account", bankId)];
  return { kind: "accepted", value: { ...state, references } };
}

/** Undefined too where Stripe did not show the bank account: it will say so itself. */
function whyBankIsUnusable(
  { banks }: ConnectedAccount,
  bankId: string,
  isInstant: boolean,
): PayoutError | undefined {
  const bank = banks.map(readBankAccount).find((each) => each?.id === bankId);
  if (bank === undefined) return undefined;
  if (disburseAccountStatus(bank) === "REJECTED") {
    return declined("ACCOUNT_UNUSABLE", { code: bank.status });
  }
  const { payoutMethods } = bank;
  if (isInstant && payoutMethods.length > 0 && !payoutMethods.includes("instant")) {
    return declined("METHOD_UNSUPPORTED", { code: "instant_payouts_unsupported" });
  }
  return undefined;
}

/**
 * Asks once more right before money moves, since what cannot be paid out would lie in the connected
 * account. Never a refusal: an earlier call of the transfer may be in doubt, and only an answer to
 * that call itself may settle it. Whom Stripe has refused is therefore left for Stripe to refuse.
 *
 * @returns undefined when the transfer may be sent
 */
export async function whyNotYet(
  api: StripeApi,
  question: AccountQuestion,
): Promise<Outcome<never> | undefined> {
  const asked = await getConnectedAccount(api, question);
  if (asked.kind === "unreachable") return { ...asked, kind: "not_sent" };
  if (asked.kind === "not_found" || asked.value.readiness !== "incomplete") return undefined;
  const later = { status: "REQUIRES_VENDOR_ACCOUNT_CREATION" } as const;
  return { kind: "not_sent", error: notReady(asked.value), later };
}

const NO_ACCOUNT: PayoutError = declined("ACCOUNT_NOT_FOUND", { code: "resource_missing" });
