import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Connector_Operation,
  Connector_Support,
  type ConnectorSchema,
} from "../../../gen/payout/v1/connector_service_pb.js";
import type { AccountField, ConnectorManifest, Operation } from "../../connectors/connector.ts";
import type { LaneReport } from "../../service/connector-accounts/describe.ts";
import { toHealth } from "./connector-account.ts";
import { toEnum } from "./enums.ts";
import { toKind } from "./payout-method.ts";

/** A connector as one merchant can use it. */
export interface ToldConnector {
  readonly manifest: ConnectorManifest;
  readonly accountFields: readonly AccountField[];
  /** The account that the connector's name means; null without one. */
  readonly connectorAccountId: string | null;
  /** Null when it can be used; else what is to be done first. */
  readonly missing: string | null;
  /** Null while the merchant cannot make calls to it. */
  readonly lane: LaneReport | null;
}

export function toConnector({
  manifest,
  accountFields,
  connectorAccountId,
  missing,
  lane,
}: ToldConnector): MessageInitShape<typeof ConnectorSchema> {
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
    available: missing === null,
    missing: missing ?? "",
    settings: accountFields.map(({ name, secret, required, about }) => ({
      name,
      secret,
      required,
      about,
    })),
    connectorAccountId: connectorAccountId ?? "",
    health: lane === null ? undefined : toHealth(lane),
  };
}
