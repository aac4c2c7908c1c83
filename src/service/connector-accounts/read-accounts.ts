import type { ConnectorAccount } from "../../domain/connector-account.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { Caller } from "../call.ts";
import { listPage, type Paged, type PageRequest } from "../paging.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";

/** @throws ServiceError VALIDATION_FAILED, CONNECTOR_ACCOUNT_NOT_FOUND */
export async function getConnectorAccount(
  { repository }: Pick<ServiceContext, "repository">,
  { merchantId }: Caller,
  connectorAccountId: string,
): Promise<ConnectorAccount> {
  requireId("connectorAccount", connectorAccountId, "connector_account_id");
  const found = await repository.connectorAccounts.find({ merchantId, connectorAccountId });
  if (found === null) throw new ServiceError("CONNECTOR_ACCOUNT_NOT_FOUND");
  return found;
}

/** The merchant's accounts at processors, newest first, disabled ones too. */
export function listConnectorAccounts(
  { repository, hash }: Pick<ServiceContext, "repository" | "hash">,
  { merchantId }: Caller,
  { connector, ...request }: { readonly connector: string | null } & PageRequest,
): Promise<Paged<ConnectorAccount>> {
  const filter = { merchantId, connector };
  return listPage(
    hash,
    request,
    ["connector-accounts", filter],
    (page) => repository.connectorAccounts.list(filter, page),
    ({ createTime, connectorAccountId }) => ({ createTime, id: connectorAccountId }),
  );
}
