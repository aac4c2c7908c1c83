import type { Clock } from "../clock.ts";
import { ServiceError } from "../domain/errors.ts";
import { limits } from "../limits.ts";
import { addressGroup } from "../net/address-group.ts";
import { TryLimiter } from "./try-limiter.ts";

/**
 * Wrong link tokens and claim codes of the last minute, in this process. Codes are counted by link,
 * since they are short; both by address, so that trying is slow wherever it begins.
 */
export class LinkTries {
  readonly #links: TryLimiter;
  readonly #addresses: TryLimiter;

  constructor(clock: Pick<Clock, "now">) {
    this.#links = new TryLimiter(clock, limits.claimCodes);
    this.#addresses = new TryLimiter(clock, limits.linkAddress);
  }

  /** @throws ServiceError LINK_TRIES_EXHAUSTED when an address had too many */
  check(address: string): void {
    if (this.#addresses.isExhausted(addressGroup(address))) throw exhausted();
  }

  /** An address asked for a link that never was. */
  countToken(address: string): void {
    this.#addresses.count(addressGroup(address));
  }

  /**
   * Tries a claim code, which counts as a wrong one until it turns out not to be: of many at once no
   * more are looked at than one by one.
   *
   * @throws ServiceError LINK_TRIES_EXHAUSTED, and nothing was tried; and whatever the try throws
   */
  async code<T>(
    linkId: string,
    address: string,
    attempt: () => Promise<T>,
    isWrong: (end: T) => boolean,
  ): Promise<T> {
    if (!this.#links.begin(linkId)) throw exhausted();
    let wrong = false;
    try {
      const end = await attempt();
      wrong = isWrong(end);
      return end;
    } finally {
      if (wrong) this.#addresses.count(addressGroup(address));
      else this.#links.giveBack(linkId);
    }
  }
}

function exhausted(): ServiceError {
  return new ServiceError("LINK_TRIES_EXHAUSTED", { retryAfterMs: limits.claimCodes.windowMs });
}
