import type { ConnectorReference } from "../../domain/payout.ts";
import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { STEPS } from "./plan.ts";

/**
 * The step is done, and nothing has moved: the payout waits for the next one, or for its caller.
 *
 * @param isLast whether it is the last one of a payout with MANUAL fulfillment
 */
export function goOn(
  { payout, processorKeys }: Pick<StepInput, "payout" | "processorKeys">,
  references: readonly ConnectorReference[],
  { isLast } = { isLast: false },
): Outcome<ProcessorState> {
  // A payout that is being staged stays where it is: it could not come back from REQUIRES_CREATION.
  if (processorKeys[STEPS.hold] !== undefined) {
    return { kind: "accepted", value: { status: "REQUIRES_CONFIRMATION", references } };
  }
  const isKept = isLast && payout.fulfillment === "MANUAL";
  const status = isKept ? "REQUIRES_FULFILLMENT" : "REQUIRES_CREATION";
  return { kind: "accepted", value: { status, references } };
}
