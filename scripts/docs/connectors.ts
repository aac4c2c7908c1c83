import type { AccountField, ConnectorManifest } from "../../src/connectors/connector.ts";
import { CONNECTORS } from "../../src/connectors/generated.ts";
import { SANDBOX_MANIFEST } from "../../src/connectors/sandbox/manifest.ts";

/** What documentation is made of a connector. */
export interface DescribedConnector {
  readonly manifest: ConnectorManifest;
  readonly accountFields: readonly AccountField[];
  readonly hasWebhook: boolean;
}

/** Every connector that is built in, by name. Nothing is called: they are made for their data alone. */
export function describedConnectors(): readonly DescribedConnector[] {
  const nobody = () => {
    throw new Error("a connector was called for its documentation");
  };
  const tools = { http: { send: nobody } as never, clock: { now: nobody }, randomBytes: nobody };
  const modules = CONNECTORS.map((create) => create(tools));
  return [
    { manifest: SANDBOX_MANIFEST, accountFields: [], hasWebhook: false },
    ...modules.map(({ manifest, accountFields, webhook }) => ({
      manifest,
      accountFields,
      hasWebhook: webhook !== undefined,
    })),
  ].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}
