import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { LOST } from "../toolkit/lost.ts";
import { type Answer, failureOf, type RevolutApi, send } from "./call.ts";
import { destinationOf } from "./destination.ts";
import { findTransaction, readById } from "./find-transaction.ts";
import { STEPS } from "./manifest.ts";
import { toPaymentBody, toReference } from "./payment-body.ts";
import { DUPLICATE_REQUEST } from "./refusal.ts";
import { NO_SOURCE_ACCOUNT, sourceOf } from "./settings.ts";
import { readTransaction, toProcessorState, wantsReason } from "./transaction.ts";

/** Makes the payment: the one step that moves money, under our key as its request_id. */
export async function pay(api: RevolutApi, input: StepInput): Promise<Outcome<ProcessorState>> {
  const { settings } = api;
  const { payout, references, processorKey, signal } = input;
  const destination = destinationOf(payout, references);
  if (destination === undefined) return LOST;
  const source = sourceOf(settings, payout.amount.currency);
  if (source === undefined) return { kind: "not_sent", error: NO_SOURCE_ACCOUNT };
  const reference = toReference(payout);
  const body = {
    request_id: processorKey,
    ...toPaymentBody(settings, source, destination, payout),
    ...(reference !== undefined && { reference }),
  };
  const answer = await send(api, { method: "POST", path: "/pay", body, signal });
  if (answer.kind !== "replied") return answer;
  if (isDuplicate(answer)) return findFirst(api, input);
  return failureOf(api, answer) ?? readAnswer(api, answer, input);
}

/** Whether the key has served already. */
export function isDuplicate({ reply, json }: Answer): boolean {
  return reply.status === 400 && json.text("code") === DUPLICATE_REQUEST;
}

/** The key has served already, so it is no refusal: the payment that it made is the payout's. */
async function findFirst(
  api: RevolutApi,
  { processorKey, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const known = { references: [], processorKeys: { [STEPS.pay]: processorKey } };
  const found = await findTransaction(api, known, signal);
  return found.kind === "found"
    ? { kind: "accepted", value: toProcessorState(found.value) }
    : { kind: "unknown", error: outcomeUnknown({ code: DUPLICATE_REQUEST }) };
}

/** A payment may be declined in the very answer, which has no room for the reason. */
async function readAnswer(
  api: RevolutApi,
  { json }: Answer,
  { processorKey, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const made = readTransaction(json);
  if (made === undefined) return { kind: "unknown", error: outcomeUnknown() };
  const again = wantsReason(made) ? await readById(api, made.id, processorKey, signal) : undefined;
  const known = again?.kind === "found" ? again.value : made;
  return { kind: "accepted", value: toProcessorState(known) };
}
