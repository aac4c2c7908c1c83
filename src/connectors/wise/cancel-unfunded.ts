import type { LookupResult, Outcome, ProcessorState, StepInput } from "../connector.ts";
import { declined, outcomeUnknown } from "../toolkit/errors.ts";
import { outcomeOf, type WiseApi } from "./call.ts";
import { cancelTransfer } from "./cancel-transfer.ts";
import { findTransfer, type KnownAs } from "./find-transfer.ts";
import { readStanding } from "./standing.ts";

type Call = KnownAs & Pick<StepInput, "signal">;

/**
 * Takes a transfer back that nobody has paid for. One that somebody has paid for meanwhile is left
 * alone: that is for a person to see.
 */
export async function cancelUnfunded(api: WiseApi, call: Call): Promise<Outcome<ProcessorState>> {
  const before = await readNow(api, call);
  if (before.kind === "unreachable") return { ...before, kind: "not_sent" };
  if (before.kind === "not_found") return { kind: "rejected", error: NO_TRANSFER };
  if (before.value.isStopped) return { kind: "accepted", value: before.value.state };
  if (!before.value.isUnfunded) return { kind: "rejected", error: FUNDED };
  const answer = await cancelTransfer(api, before.value.state.connectorPayoutId ?? "", call.signal);
  const failed = outcomeOf(api, answer);
  if (failed !== undefined && failed.kind !== "rejected") return failed;
  // What the answer says of the transfer does not tell whether somebody has paid for it.
  const after = await readNow(api, call);
  if (after.kind !== "found") return { kind: "unknown", error: outcomeUnknown() };
  if (after.value.isStopped) return { kind: "accepted", value: after.value.state };
  return failed ?? { kind: "unknown", error: outcomeUnknown() };
}

/** Found once it is stopped. */
export async function lookupCancel(
  api: WiseApi,
  call: Call,
): Promise<LookupResult<ProcessorState>> {
  const now = await readNow(api, call);
  if (now.kind !== "found") return now;
  return now.value.isStopped ? { kind: "found", value: now.value.state } : { kind: "not_found" };
}

async function readNow(api: WiseApi, call: Call) {
  const found = await findTransfer(api, call, call.signal);
  return found.kind === "found" ? readStanding(api, found.value, true, call.signal) : found;
}

const NO_TRANSFER = declined("TRANSFER_NOT_FOUND", {});
const FUNDED = declined("TOO_LATE", {});
