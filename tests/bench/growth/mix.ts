import type { SeededRandom } from "../../simulation/random.ts";
import { RAIL_CURRENCIES, type RailCurrency } from "../orders.ts";
import type { Course } from "./templates.ts";

export const MERCHANTS = 20;
/** The first merchant's share of everything. */
const BIGGEST_SHARE = 0.6;
/** A status and a currency that were in use only long ago. */
const OLD_COURSE: Course = "cancelled";
export const OLD_CURRENCY: RailCurrency = "CAD";
/** A connector beside the sandbox; it is a name only, nothing of it is ever due. */
export const OTHER_CONNECTOR = "elsewhere";

/** Milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;
export const YEAR = 365 * DAY;

/** Draws what the payouts of a fill are like. */
export class Mix {
  readonly #random: SeededRandom;
  readonly #shares: readonly number[];

  constructor(random: SeededRandom) {
    this.#random = random;
    // Each merchant after the first is a bit smaller than the one before it.
    const rest = Array.from({ length: MERCHANTS - 1 }, (_, index) => 1 / (index + 1));
    const sum = rest.reduce((a, b) => a + b, 0);
    this.#shares = [BIGGEST_SHARE, ...rest.map((part) => ((1 - BIGGEST_SHARE) * part) / sum)];
  }

  /** @param age 0 for a year ago, 1 for now */
  course(age: number): Course {
    const isOpenMore = age > 0.97;
    const courses: readonly (readonly [Course, number])[] = [
      [OLD_COURSE, age < 0.05 ? 0.01 : 0],
      ["pending", isOpenMore ? 0.3 : 0.001],
      ["staged", isOpenMore ? 0.05 : 0.001],
      ["held", isOpenMore ? 0.05 : 0.001],
      ["linked", isOpenMore ? 0.1 : 0.015],
      ["declined", 0.03],
      ["closed", 0.02],
      ["returned", 0.003],
      ["settled", 0.3],
    ];
    let left = this.#random.chance();
    for (const [course, share] of courses) {
      left -= share;
      if (left < 0) return course;
    }
    return "instant";
  }

  currency(age: number): RailCurrency {
    const draw = this.#random.chance();
    if (age < 0.03 && draw < 0.05) return OLD_CURRENCY;
    const [usd, eur, gbp, brl] = RAIL_CURRENCIES;
    const drawn = draw < 0.6 ? usd : draw < 0.85 ? eur : draw < 0.95 ? gbp : brl;
    return drawn ?? "USD";
  }

  merchant(): number {
    let left = this.#random.chance();
    for (const [index, share] of this.#shares.entries()) {
      left -= share;
      if (left < 0) return index;
    }
    return 0;
  }
}
