import type { PayoutMethodKind } from "../../domain/payout-method/index.ts";
import type { Outcome, PayoutInstruction, ProcessorState, StepInput } from "../connector.ts";
import { unusableKey } from "../toolkit/errors.ts";
import { LOST } from "../toolkit/lost.ts";
import { rawNumber } from "../toolkit/raw-number.ts";
import { act, type WiseApi } from "./call.ts";
import { STEPS } from "./manifest.ts";
import { findReference, isNumericId, isUuid } from "./references.ts";
import { STOPPED, toStatus } from "./status.ts";
import { readOwnTransfer, toProcessorState } from "./transfer.ts";

/** What fits into a reference on each rail (characters). */
const REFERENCE_LENGTHS: Readonly<Partial<Record<PayoutMethodKind, number>>> = {
  sepa: 35,
  bacs: 18,
  ach: 10,
};

/** Makes the transfer, which nobody has paid for yet. A known key answers the transfer that it made. */
export async function createTransfer(
  api: WiseApi,
  { payout, processorKey, processorKeys, references, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  if (!isUuid(processorKey)) return { kind: "rejected", error: unusableKey() };
  const quote = findReference(references, "quote");
  const account = accountOf(payout) ?? findReference(references, "account");
  if (!isUuid(quote) || !isNumericId(account)) return LOST;
  const reference = toReference(payout);
  const body = {
    targetAccount: rawNumber(account),
    quoteUuid: quote,
    customerTransactionId: processorKey,
    ...(reference !== "" && { details: { reference } }),
  };
  const fundIsPlanned = processorKeys[STEPS.fund] !== undefined;
  const call = { method: "POST", path: "/v1/transfers", body, signal } as const;
  return act(api, call, ({ json }) => {
    const transfer = readOwnTransfer(json, processorKey);
    if (transfer === undefined) return undefined;
    // A repeat finds the transfer wherever it is by now; whether a stopped one was funded is not told.
    const funded = transfer.word === STOPPED;
    return toProcessorState(transfer, toStatus(transfer.word, { funded, fundIsPlanned }));
  });
}

/** The account that is registered already. */
export function accountOf({ registered }: PayoutInstruction): string | undefined {
  return isNumericId(registered.accountId ?? undefined)
    ? (registered.accountId ?? undefined)
    : undefined;
}

/** What the recipient reads: letters, digits, dashes and spaces, and no more than the rail carries. */
function toReference({ description, method }: PayoutInstruction): string {
  const plain = description.replaceAll(/[^A-Za-z0-9-]+/g, " ").trim();
  return plain.slice(0, REFERENCE_LENGTHS[method.kind] ?? 10).trim();
}
