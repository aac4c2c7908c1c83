import type { PayoutError } from "../../domain/payout.ts";
import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { declined, notSent, outcomeUnknown, type ProcessorWords } from "../toolkit/errors.ts";
import type { Replied } from "../toolkit/exchange.ts";
import { outcomeOf, send, type WiseApi } from "./call.ts";
import { findTransfer } from "./find-transfer.ts";
import { refusedBy } from "./refusal.ts";
import { readStanding, type Standing } from "./standing.ts";
import { UNFUNDED } from "./status.ts";
import { type Transfer, toProcessorState } from "./transfer.ts";

/**
 * Pays for a transfer from the balance: the one step that takes money. The call has no key of its own,
 * so the transfer is read first: one that is paid for, or on its way, is never funded again.
 */
export async function fundTransfer(
  api: WiseApi,
  { references, processorKeys, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const found = await findTransfer(api, { references, processorKeys }, signal);
  if (found.kind === "not_found") return { kind: "rejected", error: NO_TRANSFER };
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  const transfer = found.value;
  if (transfer.word !== UNFUNDED) return whatItIs(api, transfer, signal);
  if (api.fundsByHand) return byHand(transfer);
  const path = `/v3/profiles/${api.profile}/transfers/${transfer.id}/payments`;
  const answer = await send(api, { method: "POST", path, body: { type: "BALANCE" }, signal });
  if (answer.kind === "replied" && wantsSecondFactor(answer)) return byHand(transfer);
  const failed = outcomeOf(api, answer);
  if (failed?.kind === "rejected") return refused(api, transfer, failed.error, signal);
  if (failed !== undefined || answer.kind !== "replied") {
    return failed ?? { kind: "unknown", error: outcomeUnknown() };
  }
  switch (answer.json.text("status")) {
    case "COMPLETED":
      return { kind: "accepted", value: toProcessorState(transfer, "INITIATED") };
    case "REJECTED":
      return refused(api, transfer, refusedBy(wordsOf(answer)), signal);
    default:
      return { kind: "unknown", error: outcomeUnknown() };
  }
}

/**
 * A transfer that does not wait for its money has been paid for, or stopped. Of one whose word is not
 * known, and for which no payment is on record, nobody can tell whether it may be paid for: not now.
 */
async function whatItIs(
  api: WiseApi,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<Outcome<ProcessorState>> {
  const standing = await readStanding(api, transfer, true, signal);
  if (standing.kind === "unreachable") return { ...standing, kind: "not_sent" };
  if (standing.kind === "not_found") return { kind: "not_sent", error: notSent() };
  const { isFunded, isStopped, state } = standing.value;
  return isFunded || isStopped
    ? { kind: "accepted", value: state }
    : { kind: "not_sent", error: notSent(), later: {} };
}

/** A refusal may be that of a repeat: the transfer is read once more, and what has been paid for is accepted. */
async function refused(
  api: WiseApi,
  transfer: Transfer,
  error: PayoutError,
  signal: AbortSignal,
): Promise<Outcome<ProcessorState>> {
  const standing = await readAgain(api, transfer, signal);
  if (standing !== undefined) {
    return standing.isUnfunded
      ? { kind: "rejected", error }
      : { kind: "accepted", value: standing.state };
  }
  // Somebody may have funded it, or stopped it.
  return error.reason === "INVALID_STATE"
    ? { kind: "unknown", error: outcomeUnknown({ code: error.connectorCode }) }
    : { kind: "rejected", error };
}

async function readAgain(
  api: WiseApi,
  { id }: Transfer,
  signal: AbortSignal,
): Promise<Standing | undefined> {
  const known = { references: [{ kind: "transfer", id }], processorKeys: {} };
  const found = await findTransfer(api, known, signal);
  if (found.kind !== "found") return undefined;
  const standing = await readStanding(api, found.value, true, signal);
  return standing.kind === "found" ? standing.value : undefined;
}

/** The token may not fund: nothing has happened, and a person can do it on Wise's pages. */
function byHand(transfer: Transfer): Outcome<ProcessorState> {
  const state = toProcessorState(transfer, "REQUIRES_FULFILLMENT");
  return { kind: "accepted", value: { ...state, error: FUND_BY_HAND } };
}

function wantsSecondFactor({ reply }: Replied): boolean {
  return reply.status === 403 && reply.headers["x-2fa-approval"] !== undefined;
}

function wordsOf({ json, reply }: Replied): ProcessorWords {
  return { code: json.text("errorCode"), requestId: reply.headers["x-trace-id"] };
}

const FUND_BY_HAND: PayoutError = {
  category: "CONFIGURATION",
  reason: "FUND_BY_HAND",
  message: "The transfer is made. The account's token may not fund it: do so on Wise's pages.",
};

const NO_TRANSFER = declined("TRANSFER_NOT_FOUND", {});
