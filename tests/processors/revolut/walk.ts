import type { Clock } from "../../../src/clock.ts";
import type { LinkChange } from "./links.ts";
import { fateOf } from "./magic-words.ts";
import type { Outcome } from "./payments.ts";
import type { Change, Transaction } from "./transactions.ts";

interface Steps {
  readonly clock: Clock;
  readonly stepMs: number;
  readonly move: (transaction: Transaction, outcome: Outcome) => void;
  readonly claim: (linkId: string) => void;
}

const normalCourse: readonly Outcome[] = [{ state: "completed" }];

/** Moves payments and links by itself, as their reference tells. A command in between ends it. */
export class Walk {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** To be called with every change of a transaction. */
  afterTransaction({ transaction, from }: Change): void {
    const open = transaction.state === "pending" || transaction.state === "created";
    if (from === undefined && open) this.#step(transaction, 0);
  }

  /** To be called with every change of a link. */
  afterLink({ link, from }: LinkChange): void {
    if (from !== undefined || fateOf(link.reference).claim !== true) return;
    this.#steps.clock.after(this.#steps.stepMs, () => {
      if (link.state === "active") this.#steps.claim(link.id);
    });
  }

  #step(transaction: Transaction, place: number): void {
    const { course = normalCourse } = fateOf(transaction.reference ?? "");
    const next = course[place];
    if (next === undefined) return;
    const expected = transaction.state;
    this.#steps.clock.after(this.#steps.stepMs, () => {
      if (transaction.state !== expected) return;
      this.#steps.move(transaction, next);
      this.#step(transaction, place + 1);
    });
  }
}
