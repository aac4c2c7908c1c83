import type { Connector, ConnectorManifest } from "../connectors/connector.ts";
import type { ConnectorRegistry } from "../connectors/registry.ts";
import type { ConnectorAccount } from "../domain/connector-account.ts";
import { connectorAccountOf, connectorRef } from "../domain/connector-ref.ts";
import type { Repository } from "../repository/repository.ts";
import type { Caller } from "./call.ts";

/** A connector as a merchant can use it. */
export interface Usable {
  readonly manifest: ConnectorManifest;
  /** Null while the merchant has no account there. */
  readonly connector: Connector | null;
}

/** The connectors of one merchant: what is built in, with the merchant's accounts. */
export class MerchantConnectors {
  readonly #registry: ConnectorRegistry;
  /** The enabled ones, the oldest first: it is the one that a connector's name means. */
  readonly #accounts: readonly ConnectorAccount[];

  private constructor(registry: ConnectorRegistry, accounts: readonly ConnectorAccount[]) {
    this.#registry = registry;
    this.#accounts = accounts;
  }

  static async of(
    parts: {
      readonly connectors: ConnectorRegistry;
      readonly repository: Pick<Repository, "connectorAccounts">;
    },
    { merchantId }: Pick<Caller, "merchantId">,
  ): Promise<MerchantConnectors> {
    const accounts = await parts.repository.connectorAccounts.enabled(merchantId);
    return new MerchantConnectors(parts.connectors, accounts);
  }

  /** Every connector that is built in, by name. */
  all(): readonly Usable[] {
    return this.#registry.manifests().map((manifest) => this.#named(manifest));
  }

  /**
   * What a caller or a rule means by a connector's name, an account's id, or both as a payout holds
   * them; undefined for what is not built in, or no account of this merchant.
   */
  find(text: string): Usable | undefined {
    const id = connectorAccountOf(text) ?? text;
    const account = this.#accounts.find(({ connectorAccountId }) => connectorAccountId === id);
    if (account !== undefined) return this.#withAccount(account);
    const manifest = this.#registry.manifest(text);
    return manifest && this.#named(manifest);
  }

  #named(manifest: ConnectorManifest): Usable {
    const builtIn = this.#registry.get(manifest.name);
    if (builtIn !== undefined) return { manifest, connector: builtIn };
    const account = this.#accounts.find(({ connector }) => connector === manifest.name);
    return (account && this.#withAccount(account)) ?? { manifest, connector: null };
  }

  #withAccount({ connector: name, connectorAccountId }: ConnectorAccount): Usable | undefined {
    const connector = this.#registry.get(connectorRef(name, connectorAccountId));
    return connector && { manifest: connector.manifest, connector };
  }
}
