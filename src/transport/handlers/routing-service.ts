import type { ServiceImpl } from "@connectrpc/connect";
import { Payout_Priority } from "../../../gen/payout/v1/payout_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import type { PayoutPriority } from "../../domain/payout.ts";
import { previewRouting } from "../../service/routing/preview-routing.ts";
import { getRoutingRules, replaceRoutingRules } from "../../service/routing/rules.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { fromEnum } from "../mapping/enums.ts";
import { fromKind } from "../mapping/payout-method.ts";
import { toRouting, toRoutingRules } from "../mapping/routing.ts";
import { fromMoney, orNull } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** RoutingService: translates, and leaves everything else to the use cases. */
export function routingService({
  context: services,
  calls,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
}): ServiceImpl<typeof RoutingService> {
  const { method } = RoutingService;
  return {
    getRoutingRules: async (_request, context) => ({
      routingRules: toRoutingRules(await getRoutingRules(services, callerOf(context))),
    }),

    replaceRoutingRules: async (request, context) => {
      const call = calls.read(method.replaceRoutingRules, request, context);
      const answer = await replaceRoutingRules(services, call, {
        rules: request.rules.map(({ name, condition, connectors }) => ({
          name,
          condition,
          connectors,
        })),
        etag: orNull(request.etag),
      });
      return { routingRules: toRoutingRules(unwrap(answer, context)) };
    },

    previewRouting: async (request, context) => {
      const routing = await previewRouting(services, callerOf(context), {
        connector: orNull(request.connector),
        amount: fromMoney(request.amount, "amount"),
        destinationCurrency: orNull(request.destinationCurrency),
        method: request.method === 0 ? null : fromKind(request.method),
        country: orNull(request.country),
        priority: fromEnum<PayoutPriority>(Payout_Priority, request.priority),
        metadata: request.metadata,
      });
      return { routing: toRouting(routing) };
    },
  };
}
