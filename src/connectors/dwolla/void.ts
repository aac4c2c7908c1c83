import type { PayoutError } from "../../domain/payout.ts";
import type { VoidInput, VoidOutcome } from "../connector.ts";
import { tooLate } from "../toolkit/errors.ts";
import { cancel } from "./cancel.ts";
import { cancelMassPayment } from "./cancel-hold.ts";
import { type DwollaApi, notSentFor, unreadable } from "./dwolla-api.ts";
import { findTransfer } from "./find-transfer.ts";
import { COMPLETE, type MassPayment, readStanding } from "./mass-payment.ts";
import { STEPS } from "./plan.ts";
import { idOf, reference } from "./references.ts";
import { getTransfer, readTransfer } from "./transfer.ts";

/** Asks to stop a payout: a transfer while the bank does not have it, a mass payment while it waits. */
export async function voidPayout(api: DwollaApi, input: VoidInput): Promise<VoidOutcome> {
  const { references, signal } = input;
  const massPayment = idOf(references, "mass_payment");
  if (massPayment !== undefined && idOf(references, "transfer") === undefined) {
    return voidMassPayment(api, massPayment, input);
  }
  const found = await findTransfer(api, input, signal);
  if (found.kind === "unreachable") return notSentFor(found);
  if (found.kind === "found") return voidTransfer(api, found.value.id, signal);
  // Customers and bank accounts pay nobody: without a transfer or a hold there is nothing to stop.
  const isNothing = [STEPS.hold, STEPS.transfer].every((step) => isSurelyNotDone(input, step));
  return isNothing ? { kind: "done" } : { kind: "not_found" };
}

function isSurelyNotDone(
  { processorKeys, references, notDone = [] }: VoidInput,
  step: string,
): boolean {
  const isKnown = idOf(references, "transfer") !== undefined;
  return !isKnown && (processorKeys[step] === undefined || notDone.includes(step));
}

async function voidTransfer(api: DwollaApi, id: string, signal: AbortSignal): Promise<VoidOutcome> {
  const outcome = await cancel(api, {
    path: `/transfers/${id}`,
    get: () => getTransfer(api, id, signal),
    read: readTransfer,
    while: "pending",
    signal,
  });
  switch (outcome.kind) {
    case "cancelled":
      return { kind: "done", references: [reference("transfer", id)] };
    case "too_late":
      return { kind: "refused", error: tooLate(outcome.error) };
    default:
      return outcome;
  }
}

async function voidMassPayment(
  api: DwollaApi,
  id: string,
  { references, signal }: VoidInput,
): Promise<VoidOutcome> {
  const outcome = await cancelMassPayment(api, id, signal);
  switch (outcome.kind) {
    case "cancelled":
      return { kind: "done", references: [reference("mass_payment", id)] };
    case "too_late":
      return voidReleased(api, outcome.now, { references, signal });
    default:
      return outcome;
  }
}

/** It was released: then it is its transfer that can be stopped, once there is one. */
async function voidReleased(
  api: DwollaApi,
  payment: MassPayment,
  { references: known, signal }: Pick<VoidInput, "references" | "signal">,
): Promise<VoidOutcome> {
  if (payment.word !== COMPLETE) return { kind: "not_sent", error: IN_BETWEEN, later: {} };
  const standing = await readStanding(api, payment, { known, isReleasePlanned: true }, signal);
  if (standing.kind !== "found") {
    return notSentFor(standing.kind === "unreachable" ? standing : unreadable());
  }
  const id = idOf(standing.value.references ?? [], "transfer");
  return id === undefined ? { kind: "refused", error: tooLate() } : voidTransfer(api, id, signal);
}

/** For a short while there is neither a mass payment to cancel nor a transfer yet. */
const IN_BETWEEN: PayoutError = {
  category: "CONNECTOR_UNAVAILABLE",
  reason: "BEING_RELEASED",
  message: "The processor is just releasing the payout; it can be asked to stop it in a moment.",
};
