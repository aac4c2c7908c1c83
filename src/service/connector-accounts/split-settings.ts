import type { ConnectorModule } from "../../connectors/connector.ts";

/** What is shown of an account, and what is encrypted. */
export interface SplitSettings {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Parts settings by what the connector says of them; empty ones are none. What it does not know is secret. */
export function splitSettings(
  { accountFields }: Pick<ConnectorModule, "accountFields">,
  all: Readonly<Record<string, string>>,
): SplitSettings {
  const open = new Set(accountFields.filter(({ secret }) => !secret).map(({ name }) => name));
  const entries = Object.entries(all).filter(([, value]) => value !== "");
  return {
    settings: Object.fromEntries(entries.filter(([name]) => open.has(name))),
    secrets: Object.fromEntries(entries.filter(([name]) => !open.has(name))),
  };
}
