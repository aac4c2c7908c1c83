import type { Connector } from "./connector.ts";

/** The connectors that are built in, by name. */
export class ConnectorRegistry {
  readonly #byName: ReadonlyMap<string, Connector>;

  constructor(connectors: readonly Connector[]) {
    this.#byName = new Map(
      [...connectors]
        .sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1))
        .map((connector) => [connector.manifest.name, connector]),
    );
    if (this.#byName.size !== connectors.length) throw new Error("two connectors share a name");
  }

  get(name: string): Connector | undefined {
    return this.#byName.get(name);
  }

  /** By name. */
  all(): readonly Connector[] {
    return [...this.#byName.values()];
  }

  /** Those that a merchant can use. Test and live never meet. */
  availableTo(merchant: { readonly livemode: boolean }): readonly Connector[] {
    return this.all().filter(({ manifest }) => !(manifest.testOnly && merchant.livemode));
  }
}
