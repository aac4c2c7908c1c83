import type { ServiceImpl } from "@connectrpc/connect";
import type { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { ServiceError } from "../../domain/errors.ts";
import type { Caller } from "../../service/call.ts";
import { MerchantConnectors, type Usable } from "../../service/merchant-connectors.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { toConnector } from "../mapping/connector.ts";
import { callerOf } from "../read-call.ts";

/** ConnectorService: what is built in, and what of it the caller can use. */
export function connectorService(services: ServiceContext): ServiceImpl<typeof ConnectorService> {
  const told = ({ manifest, connector }: Usable, { livemode }: Caller) =>
    toConnector(manifest, connector !== null && !(manifest.testOnly && livemode));
  return {
    listConnectors: async (_request, context) => {
      const caller = callerOf(context);
      const usable = await MerchantConnectors.of(services, caller);
      return { connectors: usable.all().map((each) => told(each, caller)) };
    },

    getConnector: async (request, context) => {
      const caller = callerOf(context);
      const usable = await MerchantConnectors.of(services, caller);
      const found = usable.all().find(({ manifest }) => manifest.name === request.connector);
      if (found === undefined) throw new ServiceError("CONNECTOR_NOT_FOUND");
      return { connector: told(found, caller) };
    },
  };
}
