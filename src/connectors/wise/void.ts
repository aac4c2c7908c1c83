import type { VoidInput, VoidOutcome } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { outcomeOf, type WiseApi } from "./call.ts";
import { cancelTransfer } from "./cancel-transfer.ts";
import { findTransfer } from "./find-transfer.ts";
import { STEPS } from "./manifest.ts";
import { findReference } from "./references.ts";
import { readWords, refusedBy } from "./refusal.ts";
import { readStanding } from "./standing.ts";
import { STOPPED } from "./status.ts";
import { readTransfer, type Transfer } from "./transfer.ts";

/**
 * Stops a transfer before its money is converted. One that nobody has paid for is then done with; one
 * that was funded is answered by its refund.
 */
export async function voidTransfer(
  api: WiseApi,
  { references, processorKeys, notDone = [], signal }: VoidInput,
): Promise<VoidOutcome> {
  // A quote and an account pay nobody: without a transfer there is nothing to stop.
  const isMade = findReference(references, "transfer") !== undefined;
  if (!isMade && notDone.includes(STEPS.transfer)) return { kind: "done" };
  const found = await findTransfer(api, { references, processorKeys }, signal);
  if (found.kind === "not_found") return found;
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  const transfer = found.value;
  // An earlier request, whose answer was lost, has stopped it already.
  if (transfer.word === STOPPED) return stopped(api, transfer, signal);
  const answer = await cancelTransfer(api, transfer.id, signal);
  if (answer.kind === "replied" && answer.reply.status === 409) {
    return { kind: "refused", error: refusedBy(readWords(answer, api.token), "TOO_LATE") };
  }
  if (answer.kind === "replied" && answer.reply.status === 404) return { kind: "not_found" };
  const failed = outcomeOf(api, answer);
  if (failed?.kind === "rejected") return { kind: "refused", error: failed.error };
  if (failed !== undefined) return failed;
  const now = answer.kind === "replied" ? readTransfer(answer.json) : undefined;
  if (now === undefined || now.id !== transfer.id) {
    return { kind: "unknown", error: outcomeUnknown() };
  }
  return now.word === STOPPED ? stopped(api, now, signal) : { kind: "requested" };
}

async function stopped(
  api: WiseApi,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<VoidOutcome> {
  const standing = await readStanding(api, transfer, true, signal);
  return standing.kind === "found" && standing.value.isStopped
    ? { kind: "done", references: [{ kind: "transfer", id: transfer.id }] }
    : { kind: "requested" };
}
