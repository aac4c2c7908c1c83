import type { VoidInput, VoidOutcome } from "../connector.ts";
import { tooLate, unusableKey } from "../toolkit/errors.ts";
import { fitsKey } from "../toolkit/keys.ts";
import type { AdyenApi } from "./adyen-api.ts";
import { transferIdOf } from "./find-transfer.ts";
import { ADYEN_MANIFEST } from "./manifest.ts";
import { MAKING } from "./steps.ts";
import { stopReview } from "./stop-review.ts";
import { transferReference } from "./transfer.ts";

/** Asks to cancel a transfer that is under review; one that is not cannot be stopped any more. */
export async function voidPayout(api: AdyenApi, input: VoidInput): Promise<VoidOutcome> {
  const { processorKey: key, processorKeys, references, notDone = [], signal } = input;
  if (!fitsKey(key, ADYEN_MANIFEST)) return { kind: "refused", error: unusableKey() };
  const isUnmade = MAKING.every(
    (step) => processorKeys[step] === undefined || notDone.includes(step),
  );
  if (isUnmade && transferIdOf(references) === undefined) return { kind: "done" };
  const stopped = await stopReview(api, input, { key, signal });
  switch (stopped.kind) {
    case "over": {
      const { id, word } = stopped.transfer;
      return word === "cancelled"
        ? { kind: "done", references: [transferReference(id)] }
        : { kind: "refused", error: tooLate() };
    }
    case "asked":
      return { kind: "requested" };
    case "too_late":
    case "refused":
      return { kind: "refused", error: stopped.error };
    default:
      return stopped;
  }
}
