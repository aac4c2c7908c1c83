import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { type Cancelled, cancel } from "./cancel.ts";
import { type DwollaApi, notSentFor, unreadable } from "./dwolla-api.ts";
import {
  CANCELLED,
  DEFERRED,
  getMassPayment,
  type MassPayment,
  readMassPayment,
  readStanding,
  stateByWord,
} from "./mass-payment.ts";
import { idOf } from "./references.ts";

/** Ends a mass payment that waits to be released. */
export function cancelMassPayment(
  api: DwollaApi,
  id: string,
  signal: AbortSignal,
): Promise<Cancelled<MassPayment>> {
  return cancel(api, {
    path: `/mass-payments/${id}`,
    get: () => getMassPayment(api, id, signal),
    read: readMassPayment,
    while: DEFERRED,
    signal,
  });
}

/** Ends of a payout that leave nothing to be taken back. */
const OVER: ReadonlySet<string> = new Set(["CANCELLED", "FAILED"]);

/** Takes a hold back. One that was released and came to nothing leaves nothing to take back. */
export async function takeHoldBack(
  api: DwollaApi,
  { references, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const id = idOf(references, "mass_payment");
  if (id === undefined) return { kind: "rejected", error: NO_HOLD };
  const outcome = await cancelMassPayment(api, id, signal);
  switch (outcome.kind) {
    case "cancelled":
      return { kind: "accepted", value: stateByWord({ id, word: CANCELLED }, true) };
    case "not_found":
      return { kind: "rejected", error: NO_HOLD };
    case "too_late": {
      const circumstances = { known: references, isReleasePlanned: true };
      const standing = await readStanding(api, outcome.now, circumstances, signal);
      if (standing.kind !== "found") {
        return notSentFor(standing.kind === "unreachable" ? standing : unreadable());
      }
      return OVER.has(standing.value.status)
        ? { kind: "accepted", value: standing.value }
        : { kind: "rejected", error: outcome.error ?? TOO_LATE };
    }
    default:
      return outcome;
  }
}

const NO_HOLD = declined("TRANSFER_NOT_FOUND", {});
const TOO_LATE = declined("TOO_LATE", {});
