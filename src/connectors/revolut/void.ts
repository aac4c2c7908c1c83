import type { VoidInput, VoidOutcome } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import type { RevolutApi } from "./call.ts";
import { cancelLink } from "./cancel-link.ts";
import { findTransaction, idOf } from "./find-transaction.ts";
import { STEPS } from "./manifest.ts";

/**
 * A payment that was made cannot be stopped. One that surely was not needs no stopping. A link can be
 * taken back until it is claimed.
 */
export async function voidPayout(api: RevolutApi, input: VoidInput): Promise<VoidOutcome> {
  const { references, processorKeys, notDone = [], signal } = input;
  if (processorKeys[STEPS.link] !== undefined) return cancelLink(api, input);
  const isUnpaid = processorKeys[STEPS.pay] === undefined || notDone.includes(STEPS.pay);
  if (isUnpaid && idOf(references) === undefined) return { kind: "done" };
  const found = await findTransaction(api, { references, processorKeys }, signal);
  if (found.kind === "not_found") return found;
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  return { kind: "refused", error: declined("TOO_LATE", { code: found.value.word }) };
}
