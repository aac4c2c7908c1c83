/** What is wrong with the sources of the documentation: each fault with where it is. */
export class DocsFault extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "DocsFault";
  }
}

/** Collects faults, so that one run tells all of them. */
export class Faults {
  readonly #faults: string[] = [];

  add(where: string, fault: string): void {
    this.#faults.push(`${where}: ${fault}`);
  }

  /** @throws DocsFault when there are any */
  check(): void {
    if (this.#faults.length > 0) throw new DocsFault(this.#faults);
  }
}
