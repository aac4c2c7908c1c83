/**
 * Messages of one account that are being verified at once. Where the processor is asked for it, each
 * takes a call, and whoever knows an account's address can send as many as he likes.
 */
export class VerificationSlots {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Gives the place back; null when there is none. */
  take(connectorAccountId: string): (() => void) | null {
    const taken = this.#taken.get(connectorAccountId) ?? 0;
    if (taken >= this.#most) return null;
    this.#taken.set(connectorAccountId, taken + 1);
    return () => {
      const left = (this.#taken.get(connectorAccountId) ?? 1) - 1;
      if (left > 0) this.#taken.set(connectorAccountId, left);
      else this.#taken.delete(connectorAccountId);
    };
  }
}
