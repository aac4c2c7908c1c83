import type { Connector, PayoutInstruction, PlannedOperation } from "../connectors/connector.ts";
import { refOf } from "../connectors/registry.ts";
import type { Attempt } from "../domain/attempt.ts";
import { newStep } from "./decisions/attempts.ts";
import type { EngineContext } from "./engine-context.ts";
import { newProcessorKey } from "./processor-key.ts";

/** A fresh attempt at a payout, with a key of its own for each call of the connector's plan. */
export function newAttempt(
  context: Pick<EngineContext, "clock" | "newId" | "randomBytes">,
  connector: Connector,
  instruction: PayoutInstruction,
  number: number,
  operation: Extract<PlannedOperation, "create" | "stage"> = "create",
): Attempt {
  const names = connector.plan(operation, instruction);
  return {
    attemptId: context.newId("attempt"),
    number,
    connector: refOf(connector),
    state: "RUNNING",
    steps: names.map((name, ordinal) => newStep(ordinal, name, newProcessorKey(context))),
    createTime: context.clock.now(),
    endTime: null,
  };
}
