import type { Clock } from "../../../src/clock.ts";
import { fateOf } from "./magic-words.ts";
import { normalCourse, type Status } from "./statuses.ts";
import type { Move, Transfer } from "./transfers.ts";

interface Steps {
  readonly clock: Clock;
  readonly stepMs: number;
  readonly move: (transfer: Transfer, status: Status) => void;
  readonly payoutFailure: (transfer: Transfer, reason: string) => void;
}

/** Moves funded transfers by itself, as their reference tells. A command in between ends the walk. */
export class Walk {
  readonly #steps: Steps;
  /** A step back to `processing` begins no second walk. */
  readonly #begun = new Set<Transfer>();

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** To be called with every move. */
  after({ transfer, to }: Move): void {
    if (to !== "processing" || this.#begun.has(transfer)) return;
    this.#begun.add(transfer);
    this.#step(transfer, 0);
  }

  #step(transfer: Transfer, place: number): void {
    const { course = normalCourse, failure } = fateOf(transfer.reference);
    const next = course[place];
    if (next === undefined) return;
    const expected = transfer.status;
    this.#steps.clock.after(this.#steps.stepMs, () => {
      if (transfer.status !== expected) return;
      if (next === "bounced_back" && failure) this.#steps.payoutFailure(transfer, failure);
      this.#steps.move(transfer, next);
      this.#step(transfer, place + 1);
    });
  }
}
