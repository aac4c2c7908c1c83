import {
  type ConnectorRef,
  connectorAccountOf,
  connectorNameOf,
  connectorRef,
} from "../domain/connector-ref.ts";
import { type AccountOpener, bindAccount } from "./bind-account.ts";
import type { Connector, ConnectorManifest, ConnectorModule, OpenAccount } from "./connector.ts";

/** The connectors that are built in, by name, and each merchant's accounts at them. */
export class ConnectorRegistry {
  readonly #builtIn: ReadonlyMap<string, Connector>;
  readonly #modules: ReadonlyMap<string, ConnectorModule>;
  readonly #open: AccountOpener;

  /**
   * @param connectors that know no accounts of merchants
   * @param modules that do
   * @throws for manifests that contradict each other or themselves: the service does not start with them
   */
  constructor(
    connectors: readonly Connector[],
    modules: readonly ConnectorModule[] = [],
    open: AccountOpener = async () => null,
  ) {
    this.#builtIn = new Map(connectors.map((each) => [each.manifest.name, each]));
    this.#modules = new Map(modules.map((each) => [each.manifest.name, each]));
    this.#open = open;
    const names = new Set([...this.#builtIn.keys(), ...this.#modules.keys()]);
    if (names.size !== connectors.length + modules.length) {
      throw new Error("two connectors share a name");
    }
    for (const { name, operations, links } of this.manifests()) {
      if ((operations.CREATE_LINK.support === "PROCESSOR") !== (links !== undefined)) {
        throw new Error(`${name} makes links and does not say how long they live, or the reverse`);
      }
    }
  }

  /** The connector to make calls with; undefined for one that is not built in, or lacks its account. */
  get(ref: ConnectorRef): Connector | undefined {
    const accountId = connectorAccountOf(ref);
    if (accountId === null) return this.#builtIn.get(ref);
    const module = this.#modules.get(connectorNameOf(ref));
    return module && bindAccount(module, accountId, this.#open);
  }

  /** A connector that works with merchants' accounts; undefined for one that does not, or is not there. */
  module(name: string): ConnectorModule | undefined {
    return this.#modules.get(name);
  }

  /** A merchant's account, as its connector sees it; null when it is gone. Holds secrets: never keep it. */
  openAccount(connectorAccountId: string): Promise<OpenAccount | null> {
    return this.#open(connectorAccountId);
  }

  /** What a connector can do, whoever has an account there. */
  manifest(name: string): ConnectorManifest | undefined {
    return this.#builtIn.get(name)?.manifest ?? this.#modules.get(name)?.manifest;
  }

  /** By name. */
  manifests(): readonly ConnectorManifest[] {
    return [...this.#builtIn.values(), ...this.#modules.values()]
      .map(({ manifest }) => manifest)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Where a connector's payouts are. */
export function refOf({
  manifest,
  connectorAccountId,
}: Pick<Connector, "manifest" | "connectorAccountId">): ConnectorRef {
  return connectorRef(manifest.name, connectorAccountId);
}
