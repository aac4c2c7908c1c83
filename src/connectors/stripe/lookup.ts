import type { LookupInput, LookupResult, ProcessorState, WithAccount } from "../connector.ts";
import { findBankAccount } from "./bank-account.ts";
import { getConnectedAccount } from "./check.ts";
import { findPayout, findTransfer } from "./find-money.ts";
import { TAKE_BACK } from "./plan.ts";
import { idOf, reference } from "./references.ts";
import { accountState, goOn } from "./states.ts";
import type { StripeApi } from "./stripe-api.ts";
import { lookupTakeBack } from "./take-back.ts";

type Question = LookupInput & WithAccount;
type Found = LookupResult<ProcessorState>;

/** Asks how a payout, or one step of it, stands. Sending a call again would be no question, so it is not done here. */
export async function lookup(api: StripeApi, input: Question): Promise<Found> {
  switch (input.step) {
    // Connected accounts cannot be searched.
    case "account":
      return NOT_FOUND;
    case "bank_account":
      return lookupBank(api, input);
    case "check":
      return lookupAccount(api, input);
    case "transfer":
      return findTransfer(api, input);
    case "payout":
      return findPayout(api, input);
    case TAKE_BACK:
      return lookupTakeBack(api, input);
    default:
      return lookupNewest(api, input);
  }
}

/** The payout where it is known, else the transfer, else whether the connected account is ready. */
function lookupNewest(api: StripeApi, input: Question): Promise<Found> {
  if (idOf(input.references, "payout") !== undefined) return findPayout(api, input);
  if (idOf(input.references, "transfer") !== undefined) return findTransfer(api, input);
  return lookupAccount(api, input);
}

async function lookupAccount(api: StripeApi, input: Question): Promise<Found> {
  const { account, references, processorKeys, signal } = input;
  const connectedAccount = idOf(references, "account");
  if (connectedAccount === undefined) return NOT_FOUND;
  const asked = await getConnectedAccount(api, { account, connectedAccount, signal });
  if (asked.kind !== "found") return asked;
  // The steps that move money come with the Transfer that is waited for.
  const isHeld = processorKeys["transfer"] === undefined;
  return { kind: "found", value: accountState(asked.value, isHeld) };
}

async function lookupBank(api: StripeApi, input: Question): Promise<Found> {
  const { account, references, processorKeys, signal } = input;
  const connectedAccount = idOf(references, "account");
  if (connectedAccount === undefined) return NOT_FOUND;
  const key = processorKeys["bank_account"];
  const found = await findBankAccount(api, { account, connectedAccount, key, signal });
  if (found.kind !== "found") return found;
  return { kind: "found", value: goOn([reference("bank_account", found.value.id)]) };
}

const NOT_FOUND = { kind: "not_found" } as const;
