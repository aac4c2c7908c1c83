import type { FakeAdyen } from "./fake.ts";
import { endings } from "./status-words.ts";
import type { Transfer } from "./transfer.ts";

type Step = (fake: FakeAdyen, id: string) => void;

const authorise: Step = (fake, id) => fake.authorise(id);
const book: Step = (fake, id) => fake.book(id);
const credit: Step = (fake, id) => fake.credit(id);

/** One course of a transfer, chosen by the last two digits of its amount in minor units. */
export interface Course {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Runs although an approval is missing. */
  readonly underReview?: boolean;
}

const usual: Course = { name: "arrives", steps: [authorise, book, credit] };

/** By the last two digits of the amount; every other amount arrives. */
export const courses: Readonly<Record<string, Course>> = {
  "01": { name: "refused, limit", steps: [(fake, id) => fake.refuse(id)] },
  "02": { name: "no route", steps: [(fake, id) => fake.noRoute(id)] },
  "03": { name: "rejected", steps: [authorise, (fake, id) => fake.reject(id)] },
  "04": { name: "error", steps: [authorise, (fake, id) => fake.error(id)] },
  "05": { name: "fails after booked", steps: [authorise, book, (fake, id) => fake.fail(id)] },
  "06": {
    name: "returned after it arrived",
    steps: [authorise, book, credit, (fake, id) => fake.return(id)],
  },
  "07": { name: "reversed", steps: [authorise, book, (fake, id) => fake.reverse(id)] },
  "08": {
    name: "held by the processor for good",
    steps: [authorise, book, (fake, id) => fake.hold(id)],
  },
  "09": {
    name: "fails the processor's review",
    steps: [authorise, book, (fake, id) => fake.failReview(id)],
  },
  "10": {
    name: "arrival is only estimated",
    steps: [authorise, book, (fake, id) => fake.estimate(id)],
  },
  "11": { name: "accepted, nothing more", steps: [authorise, book, (fake, id) => fake.accept(id)] },
  "12": {
    name: "arrival by tracking only",
    steps: [authorise, book, (fake, id) => fake.credit(id, "tracking")],
  },
  "13": {
    name: "a strange word in between, then arrives",
    steps: [
      authorise,
      (fake, id) => fake.say(id, "miscCostPending"),
      (fake, id) => fake.say(id, "authorised"),
      book,
      credit,
    ],
  },
  "14": { name: "expires", steps: [(fake, id) => fake.expire(id)], underReview: true },
  "15": { name: "stays received", steps: [] },
};

export function courseOf(transfer: Transfer): Course {
  return courses[transfer.value.toString().slice(-2).padStart(2, "0")] ?? usual;
}

/** Takes the steps of a transfer's course, one each `stepMs`, until it is over or something throws. */
export class CoursePlayer {
  readonly #fake: FakeAdyen;
  readonly #stepMs: number;

  constructor(fake: FakeAdyen, stepMs: number) {
    this.#fake = fake;
    this.#stepMs = stepMs;
  }

  created(transfer: Transfer): void {
    const course = courseOf(transfer);
    if (transfer.approvalsNeeded === 0 || course.underReview) this.#play(transfer, course.steps);
  }

  asked(transfer: Transfer): void {
    if (transfer.asked === undefined) return;
    this.#fake.http.clock.after(this.#stepMs, () => {
      this.#fake.decideReview(transfer.id);
      const rest = courseOf(transfer).steps.filter((step) => step !== authorise);
      if (transfer.status === "authorised") this.#play(transfer, rest);
    });
  }

  #play(transfer: Transfer, [step, ...rest]: readonly Step[]): void {
    if (!step) return;
    this.#fake.http.clock.after(this.#stepMs, () => {
      if (endings.includes(transfer.status)) return;
      step(this.#fake, transfer.id);
      this.#play(transfer, rest);
    });
  }
}
