import type { ServiceImpl } from "@connectrpc/connect";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { refOf } from "../../connectors/registry.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { Caller } from "../../service/call.ts";
import {
  createConnectorAccount,
  deleteConnectorAccount,
  updateConnectorAccount,
} from "../../service/connector-accounts/change-accounts.ts";
import { describeAccount, laneReport } from "../../service/connector-accounts/describe.ts";
import {
  getConnectorAccount,
  listConnectorAccounts,
} from "../../service/connector-accounts/read-accounts.ts";
import { MerchantConnectors, type Usable } from "../../service/merchant-connectors.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { toConnector } from "../mapping/connector.ts";
import { toConnectorAccount } from "../mapping/connector-account.ts";
import { orNull } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** ConnectorService: translates, and leaves everything else to the use cases. */
export function connectorService({
  context: services,
  calls,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
}): ServiceImpl<typeof ConnectorService> {
  const { method } = ConnectorService;
  const told = ({ manifest, connector }: Usable, { merchantId, livemode }: Caller) => {
    const missing =
      manifest.testOnly && livemode
        ? "It serves test merchants only."
        : connector === null
          ? "Store an account there with CreateConnectorAccount."
          : null;
    return toConnector({
      manifest,
      accountFields: services.connectors.module(manifest.name)?.accountFields ?? [],
      connectorAccountId: connector?.connectorAccountId ?? null,
      missing,
      lane:
        connector === null
          ? null
          : laneReport(services, { merchantId, connector: refOf(connector) }),
    });
  };
  const described = (account: Parameters<typeof describeAccount>[1]) =>
    toConnectorAccount(describeAccount(services, account));
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

    createConnectorAccount: async (request, context) => {
      const call = calls.read(method.createConnectorAccount, request, context);
      const account = unwrap(await createConnectorAccount(services, call, request), context);
      return { connectorAccount: described(account) };
    },

    listConnectorAccounts: async ({ connector, pageSize, pageToken }, context) => {
      const { items, nextPageToken } = await listConnectorAccounts(services, callerOf(context), {
        connector: orNull(connector),
        pageSize,
        pageToken,
      });
      return { connectorAccounts: items.map(described), nextPageToken };
    },

    getConnectorAccount: async ({ connectorAccountId }, context) => ({
      connectorAccount: described(
        await getConnectorAccount(services, callerOf(context), connectorAccountId),
      ),
    }),

    updateConnectorAccount: async (request, context) => {
      const call = calls.read(method.updateConnectorAccount, request, context);
      const answer = await updateConnectorAccount(services, call, {
        connectorAccountId: request.connectorAccountId,
        name: request.name ?? null,
        settings: request.settings,
        enabled: request.enabled ?? null,
        etag: orNull(request.etag),
      });
      return { connectorAccount: described(unwrap(answer, context)) };
    },

    deleteConnectorAccount: async (request, context) => {
      const call = calls.read(method.deleteConnectorAccount, request, context);
      unwrap(await deleteConnectorAccount(services, call, request.connectorAccountId), context);
      return {};
    },
  };
}
