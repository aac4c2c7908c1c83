import type { PayoutError } from "../../domain/payout.ts";
import type { Person } from "../../domain/person.ts";
import type { LinkInstruction, Outcome, ProcessorState, StepInput } from "../connector.ts";
import { toDecimal } from "../toolkit/decimal.ts";
import { outcomeUnknown, unpayable } from "../toolkit/errors.ts";
import { rawNumber } from "../toolkit/raw-number.ts";
import { failureOf, type RevolutApi, send } from "./call.ts";
import { lookupLink, tellLink } from "./find-link.ts";
import { readLink } from "./link.ts";
import { DAY, STEPS } from "./manifest.ts";
import { isDuplicate } from "./pay.ts";
import { toReference } from "./payment-body.ts";
import { whyUnpayable } from "./plan.ts";
import { NO_SOURCE_ACCOUNT, sourceOf } from "./settings.ts";

/** Makes a payout link, which sets its amount aside, under our key as its request_id. */
export async function makeLink(
  api: RevolutApi,
  { payout, processorKey, signal }: StepInput<LinkInstruction>,
): Promise<Outcome<ProcessorState>> {
  const error = whyNoLink(payout);
  if (error !== undefined) return { kind: "rejected", error };
  const { amount, person, payoutId, merchantPayoutId, link } = payout;
  const { transferReason } = api.settings;
  const source = sourceOf(api.settings, amount.currency);
  if (source === undefined) return { kind: "not_sent", error: NO_SOURCE_ACCOUNT };
  const name = nameOf(person);
  const body = {
    counterparty_name: name,
    request_id: processorKey,
    account_id: source,
    amount: rawNumber(toDecimal(amount) ?? ""),
    currency: amount.currency,
    reference: toReference(payout, MAX_REFERENCE) ?? merchantPayoutId ?? payoutId,
    expiry_period: `P${link.ttlMs / DAY}D`,
    ...(transferReason !== undefined && { transfer_reason_code: transferReason }),
  };
  const call = { method: "POST", path: "/payout-links", body, secrets: [name], signal } as const;
  const answer = await send(api, call);
  if (answer.kind !== "replied") return answer;
  if (isDuplicate(answer)) return findFirst(api, processorKey, signal);
  const failed = failureOf(api, answer);
  if (failed !== undefined) return failed;
  const made = readLink(answer.json);
  return made === undefined
    ? { kind: "unknown", error: outcomeUnknown() }
    : { kind: "accepted", value: await tellLink(api, made, signal) };
}

/** The key has served already, so it is no refusal: the link that it made is the payout's. */
async function findFirst(
  api: RevolutApi,
  processorKey: string,
  signal: AbortSignal,
): Promise<Outcome<ProcessorState>> {
  const processorKeys = { [STEPS.link]: processorKey };
  const found = await lookupLink(api, { references: [], processorKeys, signal });
  return found.kind === "found"
    ? { kind: "accepted", value: found.value }
    : { kind: "unknown", error: outcomeUnknown() };
}

/** Characters of a link's reference. */
const MAX_REFERENCE = 100;

/** What Revolut lends itself to, in pence; of other currencies the equal, which only Revolut can tell. */
const MIN_GBP = 100n;
const MAX_GBP = 250_000n;

/** Why Revolut cannot make this link at all; the same for the same payout whenever it is asked. */
function whyNoLink(payout: LinkInstruction): PayoutError | undefined {
  const error = whyUnpayable(payout);
  if (error !== undefined) return error;
  const { minorAmount, currency } = payout.amount;
  const isOutside = currency === "GBP" && (minorAmount < MIN_GBP || minorAmount > MAX_GBP);
  return isOutside ? unpayable("AMOUNT_UNSUPPORTED") : undefined;
}

function nameOf({ individual, organization }: Person): string {
  return individual === undefined
    ? (organization?.legalName ?? "")
    : `${individual.givenName} ${individual.familyName}`;
}
