import { missingSettings } from "../../connectors/account-settings.ts";
import type { ConnectorModule } from "../../connectors/connector.ts";
import type { ConnectorAccount } from "../../domain/connector-account.ts";
import { connectorRef } from "../../domain/connector-ref.ts";
import type { Health } from "../../engine/lane-health.ts";
import { laneOf } from "../../repository/job.ts";
import type { ServiceContext } from "../service-context.ts";

type Context = Pick<ServiceContext, "connectors" | "circuits" | "health" | "publicUrl">;

/** How one lane is doing. Times in milliseconds. */
export interface LaneReport extends Health {
  /** Until when no call is made; null while calls are made. */
  readonly openUntil: number | null;
}

/** An account, with what is known of it beside what is stored. */
export interface DescribedAccount {
  readonly account: ConnectorAccount;
  /** Names of settings that it lacks. */
  readonly missing: readonly string[];
  /** Null where the processor sends nothing. */
  readonly webhookUrl: string | null;
  readonly lane: LaneReport;
}

export function describeAccount(context: Context, account: ConnectorAccount): DescribedAccount {
  const { connector, connectorAccountId, merchantId } = account;
  const module = context.connectors.module(connector);
  return {
    account,
    missing: missingOf(module, account),
    webhookUrl:
      module?.webhook === undefined
        ? null
        : `${context.publicUrl}/webhooks/${connector}/${connectorAccountId}`,
    lane: laneReport(context, {
      merchantId,
      connector: connectorRef(connector, connectorAccountId),
    }),
  };
}

export function laneReport(
  { circuits, health }: Pick<ServiceContext, "circuits" | "health">,
  of: Parameters<typeof laneOf>[0],
): LaneReport {
  const lane = laneOf(of);
  return { ...health.of(lane), openUntil: circuits.openUntil(lane) };
}

/** Secrets count as set by their names. */
function missingOf(
  module: ConnectorModule | undefined,
  { settings, secrets }: ConnectorAccount,
): readonly string[] {
  const set = { ...settings, ...Object.fromEntries(secrets.map((name) => [name, "set"])) };
  return missingSettings(module?.accountFields ?? [], set).map(({ name }) => name);
}
