import type { Attempt } from "../domain/attempt.ts";
import { nextConnectors } from "../domain/routing.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { Destination } from "../repository/repository.ts";
import type { EngineContext } from "./engine-context.ts";
import { instruction } from "./instruction.ts";
import { newAttempt } from "./new-attempt.ts";

/** An attempt with the payout's next connector that is there, to the same destination; null when there is none. */
export function planNext(
  context: EngineContext,
  aggregate: PayoutAggregate,
  destination: Destination,
): Attempt | null {
  for (const name of nextConnectors(aggregate.payout.routing)) {
    const connector = context.connectors.get(name);
    if (connector === undefined) continue;
    // As the payout will be once it is with that connector.
    const payout = { ...aggregate.payout, connector: name, connectorReferences: [] };
    const told = instruction({ payout }, destination);
    try {
      return newAttempt(context, connector, told, aggregate.attempts.length + 1);
    } catch (error) {
      // What the last call came to must be recorded all the same.
      context.log.error({ err: error, connector: name }, "a connector could not plan");
    }
  }
  return null;
}
