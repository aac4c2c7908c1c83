import type { LookupInput, LookupResult, ProcessorState } from "../connector.ts";
import { type DwollaApi, unreadable } from "./dwolla-api.ts";
import { findTransfer } from "./find-transfer.ts";
import { DEFERRED, getMassPayment, readStanding } from "./mass-payment.ts";
import { STEPS } from "./plan.ts";
import { idOf } from "./references.ts";
import { stateOf } from "./transfer.ts";

/**
 * How a payout, or one step of it, stands. A registration or a hold whose answer was lost cannot be found
 * by our key, and need not be: none of them pays anybody, and the repeat answers the same one.
 */
export async function lookupPayout(
  api: DwollaApi,
  input: LookupInput,
): Promise<LookupResult<ProcessorState>> {
  const { step, references, signal } = input;
  switch (step) {
    case STEPS.customer:
    case STEPS.fundingSource:
    case STEPS.check:
      return { kind: "not_found" };
    case STEPS.hold:
    case STEPS.release:
    case STEPS.cancelHold:
      return lookupMassPayment(api, input);
    default: {
      const isHeld = idOf(references, "mass_payment") !== undefined;
      if (isHeld && idOf(references, "transfer") === undefined) {
        return lookupMassPayment(api, input);
      }
      const found = await findTransfer(api, input, signal);
      return found.kind === "found" ? stateOf(api, found.value, references, signal) : found;
    }
  }
}

async function lookupMassPayment(
  api: DwollaApi,
  { step, references: known, processorKeys, signal }: LookupInput,
): Promise<LookupResult<ProcessorState>> {
  const id = idOf(known, "mass_payment");
  if (id === undefined) return { kind: "not_found" };
  const payment = await getMassPayment(api, id, signal);
  if (payment.kind !== "found") return payment.kind === "not_found" ? unreadable() : payment;
  const isWaiting = payment.value.word === DEFERRED;
  // It is the mass payment that was found, and not what was asked for of it.
  if (isWaiting && (step === STEPS.release || step === STEPS.cancelHold)) {
    return { kind: "not_found" };
  }
  const isReleasePlanned = processorKeys[STEPS.release] !== undefined;
  return readStanding(api, payment.value, { known, isReleasePlanned }, signal);
}
