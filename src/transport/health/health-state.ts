/** Serving, or not; undefined is a service that this server does not have. */
export type Serving = boolean | undefined;

/**
 * Whether this process wants traffic: as a whole (named "") and per service. Everything starts as
 * not serving. The services are fixed when it is made; a name that is not among them stays unknown.
 */
export class HealthState {
  readonly #serving: Map<string, boolean>;
  readonly #listeners = new Set<() => void>();

  constructor(services: readonly string[]) {
    this.#serving = new Map(["", ...services].map((name) => [name, false]));
  }

  /** Of one service, or ("" or no name) of the whole. */
  get(service = ""): Serving {
    return this.#serving.get(service);
  }

  /** Sets one service, or (no name) the whole and every service. Throws RangeError for an unknown one. */
  set(serving: boolean, service?: string): void {
    if (service !== undefined && !this.#serving.has(service)) {
      throw new RangeError("unknown service");
    }
    for (const name of service === undefined ? this.#serving.keys() : [service]) {
      this.#serving.set(name, serving);
    }
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every `set`, also one that changed nothing, until the answer is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
