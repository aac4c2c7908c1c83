import type { ServiceImpl } from "@connectrpc/connect";
import type { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import type { ConnectorRegistry } from "../../connectors/registry.ts";
import { ServiceError } from "../../domain/errors.ts";
import { toConnector } from "../mapping/connector.ts";
import { callerOf } from "../read-call.ts";

/** ConnectorService: what is built in, and what of it the caller can use. */
export function connectorService(
  connectors: ConnectorRegistry,
): ServiceImpl<typeof ConnectorService> {
  return {
    listConnectors: (_request, context) => {
      const available = connectors.availableTo(callerOf(context));
      return {
        connectors: connectors
          .all()
          .map((connector) => toConnector(connector.manifest, available.includes(connector))),
      };
    },

    getConnector: (request, context) => {
      const connector = connectors.get(request.connector);
      if (connector === undefined) throw new ServiceError("CONNECTOR_NOT_FOUND");
      const available = connectors.availableTo(callerOf(context)).includes(connector);
      return { connector: toConnector(connector.manifest, available) };
    },
  };
}
