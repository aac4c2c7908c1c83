import type { Connector, Instruction } from "../connectors/connector.ts";
import { refOf } from "../connectors/registry.ts";
import type { Attempt } from "../domain/attempt.ts";
import { newStep } from "./decisions/attempts.ts";
import type { EngineContext } from "./engine-context.ts";
import { newProcessorKey } from "./processor-key.ts";

/**
 * A fresh attempt at a payout, with a key of its own for each call of the connector's plan.
 *
 * @throws when the payout's link shall be the processor's, and this one makes none: a fault of ours
 */
export function newAttempt(
  context: Pick<EngineContext, "clock" | "newId" | "randomBytes">,
  connector: Connector,
  instruction: Instruction,
  number: number,
  operation: "create" | "stage" = "create",
): Attempt {
  const isLink = instruction.method === null;
  if (isLink && connector.manifest.operations.CREATE_LINK.support !== "PROCESSOR") {
    throw new Error("the connector makes no links");
  }
  const names = connector.plan(isLink ? "link" : operation, instruction);
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
