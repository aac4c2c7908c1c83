import { checkSettings } from "./connectors/account-settings.ts";
import type { ConnectorModule } from "./connectors/connector.ts";

/** A processor account that the environment gives the first merchant. Holds secrets. */
export interface EnvironmentAccount {
  readonly connector: string;
  /** Secret ones too, by name. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What the environment says of connectors. */
export interface ConnectorSettings {
  readonly accounts: readonly EnvironmentAccount[];
  /** Where processors are, by connector, in place of their own addresses; for every account there. */
  readonly baseUrls: Readonly<Record<string, string>>;
}

/** What is read of a connector. */
export type Described = Pick<ConnectorModule, "manifest" | "accountFields">;

/**
 * Reads PAYOUT_CONNECTOR_<NAME>_<SETTING> and PAYOUT_CONNECTOR_<NAME>_BASE_URL. The address of a
 * processor is a setting of the service and of nobody else: credentials and account numbers go there.
 *
 * @param text the value of a name, null where there is none
 */
export function readConnectorSettings(
  connectors: readonly Described[],
  text: (name: string) => string | null,
  faults: string[],
): ConnectorSettings {
  const accounts: EnvironmentAccount[] = [];
  const baseUrls: Record<string, string> = {};
  for (const connector of connectors) {
    const { name } = connector.manifest;
    const prefix = `PAYOUT_CONNECTOR_${name.toUpperCase()}_`;
    const given = connector.accountFields.flatMap((field) => {
      const value = text(prefix + field.name.toUpperCase());
      return value === null ? [] : [[field.name, value] as const];
    });
    const baseUrl = text(`${prefix}BASE_URL`);
    if (baseUrl !== null && !isBaseUrl(baseUrl)) {
      faults.push(
        `${prefix}BASE_URL must be an https URL without a query (http on this machine only)`,
      );
    } else if (baseUrl !== null) {
      baseUrls[name] = baseUrl.replace(/\/+$/, "");
    }
    if (given.length === 0) continue;
    const settings = Object.fromEntries(given);
    const wrong = checkSettings(connector, settings);
    for (const { field, message } of wrong) {
      faults.push(`${prefix}${field.replace(/^settings\.?/, "").toUpperCase()} ${message}`);
    }
    if (wrong.length === 0) accounts.push({ connector: name, settings });
  }
  return { accounts, baseUrls };
}

/** Credentials never cross a network in the clear. */
function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isPlain = search === "" && hash === "" && username === "";
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return isPlain && (protocol === "https:" || (protocol === "http:" && isHere));
}
