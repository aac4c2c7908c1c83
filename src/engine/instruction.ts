import type { PayoutInstruction } from "../connectors/connector.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { Destination } from "../repository/repository.ts";

/** What a connector is told: the payout, and where it goes. */
export function instruction(
  { payout }: Pick<PayoutAggregate, "payout">,
  { method, person, registered = [] }: Destination,
): PayoutInstruction {
  const known = registered.find(({ connector }) => connector === payout.connector);
  return {
    merchantId: payout.merchantId,
    payoutId: payout.payoutId,
    merchantPayoutId: payout.merchantPayoutId,
    amount: payout.amount,
    destinationCurrency: payout.destinationCurrency,
    method,
    person,
    registered: { recipientId: known?.recipientId ?? null, accountId: known?.accountId ?? null },
    references: payout.connectorReferences,
    priority: payout.priority,
    fulfillment: payout.fulfillment,
    description: payout.description,
    metadata: payout.metadata,
  };
}
