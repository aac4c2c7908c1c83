import type { VoidInput, VoidOutcome } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { failureOf, type RevolutApi, send } from "./call.ts";
import { findLink } from "./find-link.ts";
import { type Link, toLinkState } from "./link.ts";
import { STEPS } from "./manifest.ts";

/** A link can be cancelled until somebody has claimed it. */
export async function cancelLink(api: RevolutApi, input: VoidInput): Promise<VoidOutcome> {
  const { references, processorKeys, notDone = [], signal } = input;
  const isKnown = references.some(({ kind }) => kind === "payout_link");
  if (!isKnown && notDone.includes(STEPS.link)) return { kind: "done" };
  const found = await findLink(api, { references, processorKeys }, signal);
  if (found.kind === "not_found") return found;
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  const link = found.value;
  const { status } = toLinkState(link);
  if (status === "CANCELLED") return { kind: "done" };
  if (status !== "INITIATED" && status !== "REQUIRES_PAYOUT_METHOD_DATA") return tooLate(link);
  const path = `/payout-links/${encodeURIComponent(link.id)}/cancel`;
  const answer = await send(api, { method: "POST", path, signal });
  if (answer.kind !== "replied") return answer;
  const failed = failureOf(api, answer);
  if (failed === undefined) return { kind: "done" };
  return failed.kind === "rejected" ? afterNo(api, input) : failed;
}

/** It may have been claimed since it was read, or cancelled by a request whose answer was lost. */
async function afterNo(api: RevolutApi, input: VoidInput): Promise<VoidOutcome> {
  const { references, processorKeys, signal } = input;
  const found = await findLink(api, { references, processorKeys }, signal);
  if (found.kind !== "found") return tooLate();
  return toLinkState(found.value).status === "CANCELLED" ? { kind: "done" } : tooLate(found.value);
}

function tooLate(link?: Link): VoidOutcome {
  return { kind: "refused", error: declined("TOO_LATE", { code: link?.word }) };
}
