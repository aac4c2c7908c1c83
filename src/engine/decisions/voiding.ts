import type { VoidRequest } from "../../repository/payout-aggregate.ts";

/** States of a wish to stop that has not been answered: until then nothing is sent that moves money. */
const UNDECIDED: ReadonlySet<VoidRequest["state"]> = new Set(["REQUESTED", "UNKNOWN", "ACCEPTED"]);

/**
 * Whether the processor may have been asked to stop the payout, and may have done so. A definite answer,
 * or a call that surely was not sent, says nothing of the tries before it.
 */
export function mayHaveStopped(voidRequest: VoidRequest | null): boolean {
  return voidRequest !== null && voidRequest.tries > (isVoiding(voidRequest) ? 0 : 1);
}

/** Whether somebody wants the payout stopped, and the processor has not answered. */
export function isVoiding(voidRequest: VoidRequest | null): voidRequest is VoidRequest {
  return voidRequest !== null && UNDECIDED.has(voidRequest.state);
}
