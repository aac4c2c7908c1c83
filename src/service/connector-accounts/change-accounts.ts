import { checkSettings } from "../../connectors/account-settings.ts";
import type { ConnectorModule } from "../../connectors/connector.ts";
import type { ConnectorAccount } from "../../domain/connector-account.ts";
import { ServiceError, validationFailed } from "../../domain/errors.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import { limits } from "../../limits.ts";
import type { Replay } from "../../repository/repository.ts";
import { administered } from "../admin/reach.ts";
import type { Answer, Call } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { findReplay } from "../find-replay.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";
import { splitSettings } from "./split-settings.ts";

type Context = Pick<
  ServiceContext,
  "repository" | "connectors" | "clock" | "newId" | "hash" | "randomBytes"
>;
type Settings = Readonly<Record<string, string>>;

export interface CreateConnectorAccount {
  readonly connector: string;
  readonly name: string;
  /** Secret ones too, by name. */
  readonly settings: Settings;
}

/** @throws ServiceError VALIDATION_FAILED, CONNECTOR_ACCOUNT_LIMIT */
export async function createConnectorAccount(
  context: Context,
  call: Call,
  { connector, name, settings }: CreateConnectorAccount,
): Promise<Answer<ConnectorAccount>> {
  const { repository, connectors, clock, newId } = context;
  const earlier = await findReplay(context, call);
  if (earlier !== null) return answered(earlier);
  const module = connectors.module(connector);
  if (module === undefined) {
    throw validationFailed([{ field: "connector", message: NO_ACCOUNTS }]);
  }
  requireGood(module, settings);
  const now = clock.now();
  const { merchantId, livemode } = call.caller;
  const split = splitSettings(module, settings);
  const created = await repository.connectorAccounts.create({
    account: {
      merchantId,
      connectorAccountId: newId("connectorAccount"),
      connector,
      name,
      settings: split.settings,
      secrets: Object.keys(split.secrets),
      enabled: true,
      fromEnvironment: false,
      livemode,
      createTime: now,
      updateTime: now,
      version: 1,
    },
    secrets: split.secrets,
    most: limits.connectorAccounts,
    ...administered(call, "connector_account.create"),
  });
  return answered(created);
}

export interface UpdateConnectorAccount {
  readonly connectorAccountId: string;
  /** Null: it stays. */
  readonly name: string | null;
  /** Settings to set, secret ones too; an empty one is removed. */
  readonly settings: Settings;
  /** Null: it stays. */
  readonly enabled: boolean | null;
  readonly etag: string | null;
}

/** @throws ServiceError VALIDATION_FAILED, CONNECTOR_ACCOUNT_NOT_FOUND, CONNECTOR_ACCOUNT_FIXED, ETAG_MISMATCH */
export async function updateConnectorAccount(
  { repository, connectors }: Context,
  call: Call,
  { connectorAccountId, name, settings, enabled, etag }: UpdateConnectorAccount,
): Promise<Answer<ConnectorAccount>> {
  requireId("connectorAccount", connectorAccountId, "connector_account_id");
  const { merchantId } = call.caller;
  const updated = await repository.connectorAccounts.update(
    { merchantId, connectorAccountId },
    administered(call, "connector_account.update"),
    ({ account, secrets }) => {
      checkEtag(etag, account.version);
      requireOwn(account);
      const module = connectors.module(account.connector);
      // What it is made of can only be said by its connector; the rest can change without.
      if (module === undefined && Object.keys(settings).length > 0) {
        throw validationFailed([{ field: "settings", message: NOT_BUILT_IN }]);
      }
      const merged = Object.fromEntries(
        Object.entries({ ...account.settings, ...secrets, ...settings }).filter(
          ([, value]) => value !== "",
        ),
      );
      if (module !== undefined) requireGood(module, merged);
      const split =
        module === undefined
          ? { settings: account.settings, secrets }
          : splitSettings(module, merged);
      return {
        account: {
          ...account,
          name: name ?? account.name,
          enabled: enabled ?? account.enabled,
          settings: split.settings,
        },
        secrets: split.secrets,
      };
    },
  );
  return answered(updated);
}

/** @throws ServiceError CONNECTOR_ACCOUNT_NOT_FOUND, CONNECTOR_ACCOUNT_IN_USE, CONNECTOR_ACCOUNT_FIXED */
export async function deleteConnectorAccount(
  context: Context,
  call: Call,
  connectorAccountId: string,
): Promise<Answer<ConnectorAccount>> {
  requireId("connectorAccount", connectorAccountId, "connector_account_id");
  const earlier = await findReplay(context, call);
  if (earlier !== null) return answered(earlier);
  const { repository } = context;
  const ref = { merchantId: call.caller.merchantId, connectorAccountId };
  const found = await repository.connectorAccounts.find(ref);
  if (found !== null) requireOwn(found);
  return answered(
    await repository.connectorAccounts.remove(ref, administered(call, "connector_account.delete")),
  );
}

function requireGood(module: ConnectorModule, settings: Settings): void {
  const violations = checkSettings(module, settings);
  if (violations.length > 0) throw validationFailed(violations);
}

/** The next start would write it anew: whoever changes it here would be surprised. */
function requireOwn({ fromEnvironment }: ConnectorAccount): void {
  if (fromEnvironment) throw new ServiceError("CONNECTOR_ACCOUNT_FIXED");
}

function answered(
  done: { readonly kind: "stored"; readonly account: ConnectorAccount } | Replay,
): Answer<ConnectorAccount> {
  if (done.kind === "stored") return { value: done.account, replayed: false };
  if (done.answer === null) throw new Error("an account's record is closed when it is made");
  return { value: decodeSnapshot<ConnectorAccount>(done.answer), replayed: true };
}

const NO_ACCOUNTS =
  "must name a connector that works with accounts; ListConnectors lists what each needs";
const NOT_BUILT_IN = "cannot be changed: the connector is not built in any more";
