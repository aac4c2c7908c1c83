import type { AccountOpener } from "./connectors/bind-account.ts";
import type { ConnectorModule, ConnectorTools } from "./connectors/connector.ts";
import { CONNECTORS } from "./connectors/generated.ts";
import { createHttpClient } from "./connectors/toolkit/http-client.ts";
import type { Repository } from "./repository/repository.ts";

/** A reply that is larger is none that we can use: an account with all its requirements is some 50 KB. */
const MAX_REPLY_BYTES = 1024 * 1024;
/** Connections to one processor at once. More calls wait, within the time of their call. */
const MAX_SOCKETS = 64;

/** Every connector that is built in. */
export interface ConnectorModules {
  readonly modules: readonly ConnectorModule[];
  close(): void;
}

export function createConnectorModules(
  tools: Omit<ConnectorTools, "http">,
  connectors = CONNECTORS,
): ConnectorModules {
  const http = createHttpClient({ maxReplyBytes: MAX_REPLY_BYTES, maxSockets: MAX_SOCKETS });
  return {
    modules: connectors.map((create) => create({ ...tools, http })),
    close: () => http.close(),
  };
}

/**
 * Opens merchants' accounts for calls.
 *
 * @param baseUrls addresses by connector that come before the processors' own
 */
export function createAccountOpener(
  { connectorAccounts }: Pick<Repository, "connectorAccounts">,
  modules: readonly ConnectorModule[],
  baseUrls: Readonly<Record<string, string>>,
): AccountOpener {
  const byName = new Map(modules.map((module) => [module.manifest.name, module]));
  return async (connectorAccountId) => {
    const opened = await connectorAccounts.open(connectorAccountId);
    if (opened === null) return null;
    const { account, secrets } = opened;
    const module = byName.get(account.connector);
    if (module === undefined) return null;
    const own = account.livemode ? module.baseUrls.live : module.baseUrls.test;
    return {
      connectorAccountId,
      settings: { ...account.settings, ...secrets },
      version: account.version,
      baseUrl: baseUrls[account.connector] ?? own,
    };
  };
}
