import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Connector_Operation,
  Connector_Support,
  type ConnectorSchema,
} from "../../../gen/payout/v1/connector_service_pb.js";
import type { ConnectorManifest, Operation } from "../../connectors/connector.ts";
import { toEnum } from "./enums.ts";
import { toKind } from "./payout-method.ts";

export function toConnector(
  manifest: ConnectorManifest,
  available: boolean,
): MessageInitShape<typeof ConnectorSchema> {
  const operations = Object.keys(manifest.operations) as Operation[];
  return {
    connector: manifest.name,
    displayName: manifest.displayName,
    capabilities: operations.map((operation) => {
      const { support, note } = manifest.operations[operation];
      return {
        operation: toEnum(Connector_Operation, operation),
        support: toEnum(Connector_Support, support),
        note,
      };
    }),
    methods: manifest.methods.map(toKind),
    currencies: manifest.currencies === "all" ? [] : [...manifest.currencies],
    testOnly: manifest.testOnly,
    available,
  };
}
