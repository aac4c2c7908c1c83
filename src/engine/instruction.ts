import type { Instruction, PayoutInstruction } from "../connectors/connector.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { Destination, PayoutDestination } from "../repository/repository.ts";

/** What a connector is told: the payout, and where it goes. */
export function instruction(
  aggregate: Pick<PayoutAggregate, "payout">,
  destination: PayoutDestination,
): PayoutInstruction;
export function instruction(
  aggregate: Pick<PayoutAggregate, "payout">,
  destination: Destination,
): Instruction;
export function instruction(
  { payout }: Pick<PayoutAggregate, "payout">,
  destination: Destination,
): Instruction {
  const registered = destination.method === null ? [] : (destination.registered ?? []);
  const known = registered.find(({ connector }) => connector === payout.connector);
  const told = {
    merchantId: payout.merchantId,
    payoutId: payout.payoutId,
    merchantPayoutId: payout.merchantPayoutId,
    amount: payout.amount,
    destinationCurrency: payout.destinationCurrency,
    registered: { recipientId: known?.recipientId ?? null, accountId: known?.accountId ?? null },
    references: payout.connectorReferences,
    priority: payout.priority,
    fulfillment: payout.fulfillment,
    description: payout.description,
    metadata: payout.metadata,
  };
  if (destination.method !== null) {
    const { method, person } = destination;
    return { ...told, method, person };
  }
  const { method, person, link } = destination;
  return { ...told, method, person, link };
}
