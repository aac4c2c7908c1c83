import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type ConnectorAccountSchema,
  ConnectorHealth_Circuit,
  type ConnectorHealthSchema,
} from "../../../gen/payout/v1/connector_service_pb.js";
import type { DescribedAccount, LaneReport } from "../../service/connector-accounts/describe.ts";
import { etagOf } from "../../service/etag.ts";
import { toTimestamp } from "./scalars.ts";

export function toConnectorAccount({
  account,
  missing,
  webhookUrl,
  lane,
}: DescribedAccount): MessageInitShape<typeof ConnectorAccountSchema> {
  return {
    connectorAccountId: account.connectorAccountId,
    connector: account.connector,
    name: account.name,
    settings: account.settings,
    secrets: [...account.secrets],
    enabled: account.enabled,
    fromEnvironment: account.fromEnvironment,
    missing: [...missing],
    webhookUrl: webhookUrl ?? "",
    health: toHealth(lane),
    createTime: toTimestamp(account.createTime),
    updateTime: toTimestamp(account.updateTime),
    livemode: account.livemode,
    etag: etagOf(account.version),
  };
}

export function toHealth({
  openUntil,
  lastSuccessTime,
  lastErrorTime,
  lastErrorReason,
}: LaneReport): MessageInitShape<typeof ConnectorHealthSchema> {
  const { OPEN, CLOSED } = ConnectorHealth_Circuit;
  return {
    circuit: openUntil === null ? CLOSED : OPEN,
    retryTime: toTimestamp(openUntil),
    lastSuccessTime: toTimestamp(lastSuccessTime),
    lastErrorTime: toTimestamp(lastErrorTime),
    lastErrorReason,
  };
}
