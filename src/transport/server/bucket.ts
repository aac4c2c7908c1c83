/** So many of something at once, and so many more with every look. */
export class Bucket {
  readonly #size: number;
  readonly #perLook: number;
  #left: number;

  constructor(size: number, perLook: number) {
    this.#size = size;
    this.#perLook = perLook;
    this.#left = size;
  }

  /** Takes one; false when there is none left. */
  take(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }

  look(): void {
    this.#left = Math.min(this.#size, Math.max(0, this.#left) + this.#perLook);
  }
}
