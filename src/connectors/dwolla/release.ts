import type { LookupResult, Outcome, ProcessorState, StepInput } from "../connector.ts";
import { declined, outcomeUnknown } from "../toolkit/errors.ts";
import { type DwollaApi, notSentFor, outcomeOf, send } from "./dwolla-api.ts";
import {
  DEFERRED,
  getMassPayment,
  type MassPayment,
  readMassPayment,
  readStanding,
  stateByWord,
} from "./mass-payment.ts";
import { STEPS } from "./plan.ts";
import { idOf } from "./references.ts";

/**
 * Lets a deferred mass payment go: the one step of a staged payout that takes money. The call has no key,
 * so the mass payment is read first; it can be released once only, however often it is asked for.
 */
export async function releaseHold(
  api: DwollaApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { references, signal } = input;
  const id = idOf(references, "mass_payment");
  if (id === undefined) return { kind: "rejected", error: NO_HOLD };
  const held = await getMassPayment(api, id, signal);
  if (held.kind === "not_found") return { kind: "rejected", error: NO_HOLD };
  if (held.kind === "unreachable") return notSentFor(held);
  if (held.value.word !== DEFERRED) {
    const standing = await standingOf(api, held.value, input);
    return standing.kind === "found"
      ? { kind: "accepted", value: standing.value }
      : notSentFor(standing.kind === "unreachable" ? standing : UNREADABLE);
  }
  const answer = await send(api, {
    method: "POST",
    path: `/mass-payments/${id}`,
    body: { status: "pending" },
    signal,
  });
  const failed = outcomeOf(answer);
  if (failed?.kind === "rejected") return refused(api, id, input, failed);
  if (failed !== undefined) return failed;
  const now = answer.kind === "answer" ? readMassPayment(answer.json) : undefined;
  return now?.id === id && now.word !== DEFERRED
    ? { kind: "accepted", value: stateByWord(now, true) }
    : { kind: "unknown", error: outcomeUnknown() };
}

/** The refusal may be that of a repeat: what has been released meanwhile is accepted. */
async function refused(
  api: DwollaApi,
  id: string,
  input: StepInput,
  refusal: Extract<Outcome<never>, { kind: "rejected" }>,
): Promise<Outcome<ProcessorState>> {
  const now = await getMassPayment(api, id, input.signal);
  if (now.kind === "found" && now.value.word === DEFERRED) return refusal;
  const standing = now.kind === "found" ? await standingOf(api, now.value, input) : now;
  return standing.kind === "found"
    ? { kind: "accepted", value: standing.value }
    : { kind: "unknown", error: outcomeUnknown({ code: refusal.error.connectorCode }) };
}

function standingOf(
  api: DwollaApi,
  payment: MassPayment,
  { references: known, processorKeys, signal }: StepInput,
): Promise<LookupResult<ProcessorState>> {
  const isReleasePlanned = processorKeys[STEPS.release] !== undefined;
  return readStanding(api, payment, { known, isReleasePlanned }, signal);
}

const UNREADABLE = { kind: "unreachable", error: outcomeUnknown() } as const;
const NO_HOLD = declined("TRANSFER_NOT_FOUND", {});
