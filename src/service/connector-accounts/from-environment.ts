import { isDeepStrictEqual } from "node:util";
import { limits } from "../../limits.ts";
import type { Administered } from "../../repository/repository.ts";
import type { ServiceContext } from "../service-context.ts";
import { splitSettings } from "./split-settings.ts";

/** An account as the environment gives it. Holds secrets. */
interface Given {
  readonly connector: string;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Makes the first merchant's accounts that came from the environment what the environment says now:
 * stored when they are new, changed when they differ, disabled when they are not given any more.
 * Payouts under way go on with a disabled one.
 */
export async function storeEnvironmentAccounts(
  {
    repository,
    connectors,
    clock,
    newId,
  }: Pick<ServiceContext, "repository" | "connectors" | "clock" | "newId">,
  given: readonly Given[],
): Promise<void> {
  const merchant = await repository.access.firstMerchant();
  if (merchant === null) return;
  const { merchantId, livemode } = merchant;
  const page = { limit: limits.connectorAccounts, after: null };
  const all = await repository.connectorAccounts.list({ merchantId, connector: null }, page);
  const stored = all.filter(({ fromEnvironment }) => fromEnvironment);
  for (const { connector, settings: text } of given) {
    const module = connectors.module(connector);
    if (module === undefined) continue;
    const { settings, secrets } = splitSettings(module, text);
    const there = stored.find((each) => each.connector === connector);
    if (there === undefined) {
      const now = clock.now();
      await repository.connectorAccounts.create({
        account: {
          merchantId,
          connectorAccountId: newId("connectorAccount"),
          connector,
          name: "From the environment",
          settings,
          secrets: Object.keys(secrets),
          enabled: true,
          fromEnvironment: true,
          livemode,
          createTime: now,
          updateTime: now,
          version: 1,
        },
        secrets,
        most: limits.connectorAccounts,
        // Two processes that start together make one account.
        ...byService(merchantId, `${connector} account`),
      });
      continue;
    }
    const opened = await repository.connectorAccounts.open(there.connectorAccountId);
    const isSame =
      opened !== null &&
      there.enabled &&
      isDeepStrictEqual({ ...opened.account.settings }, { ...settings }) &&
      isDeepStrictEqual({ ...opened.secrets }, { ...secrets });
    if (isSame) continue;
    await repository.connectorAccounts.update(there, byService(merchantId, null), (current) => ({
      account: { ...current.account, settings, enabled: true },
      secrets,
    }));
  }
  const named = new Set(given.map(({ connector }) => connector));
  for (const account of stored) {
    if (named.has(account.connector) || !account.enabled) continue;
    await repository.connectorAccounts.update(account, byService(merchantId, null), (current) => ({
      ...current,
      account: { ...current.account, enabled: false },
    }));
  }
}

/** The service itself does it, on behalf of whoever wrote its settings. */
function byService(callerId: string, key: string | null): Administered {
  return {
    callerId,
    claim: key === null ? null : { method: "environment", key, fingerprint: "environment" },
    audit: { actor: "environment", action: "connector_account.environment", reason: "" },
  };
}
