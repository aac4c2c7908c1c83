import { type ClaimedJob, laneOf } from "../repository/job.ts";

type Work = Pick<ClaimedJob, "merchantId" | "connector">;

export interface SlotLimits {
  readonly maxRunning: number;
  /** Of one merchant at one connector: what hangs there holds up nothing else. */
  readonly maxRunningPerLane: number;
}

/** A place for one job. It is taken when it is reserved, so that of many at once only so many get one. */
export interface Slot {
  /** Gives the place back; more than once is the same as once. */
  free(): void;
}

/** Places for jobs that run at once, in all and in each lane. */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #lanes = new Map<string, number>();
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /** How many are free. */
  room(): number {
    return Math.max(0, this.#limits.maxRunning - this.#taken);
  }

  /** A place for this work, or null when there is none. */
  reserve(work: Work): Slot | null {
    const inLane = this.#lanes.get(laneOf(work)) ?? 0;
    return this.room() > 0 && inLane < this.#limits.maxRunningPerLane ? this.occupy(work) : null;
  }

  /** A place for work that has been claimed already and must be done, whether there is room or not. */
  occupy(work: Work): Slot {
    const lane = laneOf(work);
    this.#taken += 1;
    this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1);
    let isFree = false;
    return {
      free: () => {
        if (isFree) return;
        isFree = true;
        this.#taken -= 1;
        const left = (this.#lanes.get(lane) ?? 1) - 1;
        if (left > 0) this.#lanes.set(lane, left);
        else this.#lanes.delete(lane);
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const wake of waiting) wake();
      },
    };
  }

  /** The lanes in which nothing more can run just now. */
  fullLanes(): readonly string[] {
    return [...this.#lanes]
      .filter(([, taken]) => taken >= this.#limits.maxRunningPerLane)
      .map(([lane]) => lane);
  }

  /** Resolves when the next place becomes free. */
  nextFree(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** What was to be stored before the job runs; when that fails, the place is free again. */
export async function orFree<T>(slot: Slot | null, storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (error) {
    slot?.free();
    throw error;
  }
}
