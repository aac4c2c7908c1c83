import { ServiceError } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
import type { Payout } from "../domain/payout.ts";
import { type PayoutMethodKind, railAcceptsCurrency } from "../domain/payout-method/index.ts";
import { chosenConnector } from "../domain/routing.ts";
import { factsOf } from "./payout-request.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * Those of the payout methods that a link allows, that pay in its currency, and that a connector of
 * the merchant would take it by. A rule may still decide otherwise once the account's country is known.
 */
export async function offeredMethods<K extends PayoutMethodKind>(
  { router }: Pick<ServiceContext, "router">,
  { link, payout }: { readonly link: PayoutLink; readonly payout: Payout },
  kinds: readonly K[],
): Promise<readonly K[]> {
  const { allowedMethods } = link;
  const isNamed = payout.routing === null || payout.routing.basis === "CALLER";
  const possible = kinds.filter(
    (kind) =>
      railAcceptsCurrency(kind, payout.destinationCurrency) &&
      (allowedMethods.length === 0 || allowedMethods.includes(kind)),
  );
  const offered = await Promise.all(
    possible.map(async (kind) => {
      try {
        const routing = await router.decide(link, {
          connector: isNamed ? payout.connector : null,
          operations: ["CREATE"],
          methods: [kind],
          facts: { ...factsOf(payout, null), method: kind },
        });
        return chosenConnector(routing) !== undefined;
      } catch (error) {
        // The connector that the merchant named is gone since.
        if (error instanceof ServiceError && error.reason === "VALIDATION_FAILED") return false;
        throw error;
      }
    }),
  );
  return possible.filter((_kind, index) => offered[index]);
}
