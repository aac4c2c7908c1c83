import type { Routing } from "../../domain/routing.ts";
import type { Caller } from "../call.ts";
import { checkRail, checkTerms } from "../payout-request.ts";
import type { ServiceContext } from "../service-context.ts";
import type { RoutingFacts } from "./condition.ts";

export interface PreviewRouting extends Omit<RoutingFacts, "destinationCurrency"> {
  readonly connector: string | null;
  /** Null: the amount's. */
  readonly destinationCurrency: string | null;
}

/**
 * Where Create would send such a payout.
 *
 * @throws ServiceError VALIDATION_FAILED as Create does
 */
export async function previewRouting(
  { router }: Pick<ServiceContext, "router">,
  caller: Caller,
  request: PreviewRouting,
): Promise<Routing> {
  const { amount, method } = request;
  checkTerms(request);
  if (method !== null) checkRail(request, method);
  return router.decide(caller, {
    connector: request.connector,
    operations: ["CREATE"],
    methods: method === null ? [] : [method],
    facts: { ...request, destinationCurrency: request.destinationCurrency ?? amount.currency },
  });
}
