import type { VoidRequest } from "../../repository/payout-aggregate.ts";

/** States of a wish to stop that has not been answered: until then nothing is sent that moves money. */
const UNDECIDED: ReadonlySet<VoidRequest["state"]> = new Set(["REQUESTED", "UNKNOWN", "ACCEPTED"]);

/** Whether somebody wants the payout stopped, and the processor has not answered. */
export function isVoiding(voidRequest: VoidRequest | null): voidRequest is VoidRequest {
  return voidRequest !== null && UNDECIDED.has(voidRequest.state);
}
