import type { Clock } from "../clock.ts";
import type { PayoutError } from "../domain/payout.ts";

/** How the calls of one lane went lately. Times in milliseconds; null: not since the process began. */
export interface Health {
  readonly lastSuccessTime: number | null;
  readonly lastErrorTime: number | null;
  readonly lastErrorReason: string;
}

/** Lanes that are remembered; the one that was heard of longest ago goes first. Some 200 bytes each. */
const MAX_LANES = 10_000;

const NOTHING: Health = { lastSuccessTime: null, lastErrorTime: null, lastErrorReason: "" };

/** What calls of each lane (one merchant's account at one connector) came to, for people to look at. */
export class LaneHealth {
  readonly #clock: Pick<Clock, "now">;
  readonly #lanes = new Map<string, Health>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /**
   * What came of a call. Refused credentials and settings count as an error; any other answer, a
   * refusal of one payout too, says that the lane works.
   */
  report(lane: string, answered: boolean, error: PayoutError | undefined): void {
    const before = this.of(lane);
    const now = this.#clock.now();
    const isWell = answered && error?.category !== "CONFIGURATION";
    this.#lanes.delete(lane);
    this.#lanes.set(
      lane,
      isWell
        ? { ...before, lastSuccessTime: now }
        : { ...before, lastErrorTime: now, lastErrorReason: error?.reason ?? "" },
    );
    const [oldest] = this.#lanes.keys();
    if (this.#lanes.size > MAX_LANES && oldest !== undefined) this.#lanes.delete(oldest);
  }

  of(lane: string): Health {
    return this.#lanes.get(lane) ?? NOTHING;
  }
}
