import { SeededRandom } from "../simulation/random.ts";

/** The seeded random of the simulation, with what makers of inputs often want. */
export class FuzzRandom extends SeededRandom {
  /** One of several makers, the first more often when it is given with a larger weight. */
  weighted<T>(...choices: readonly (readonly [weight: number, make: () => T])[]): T {
    let rest = this.chance() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of choices) {
      rest -= weight;
      if (rest < 0) return make();
    }
    const [, last] = choices.at(-1) ?? [];
    if (last === undefined) throw new Error("nothing to choose from");
    return last();
  }

  /** An index of the list; 0 of an empty one. */
  index(of: { readonly length: number }): number {
    return this.below(Math.max(1, of.length));
  }

  /** Lower-case letters and digits. */
  word(length: number): string {
    let text = "";
    for (let i = 0; i < length; i += 1) {
      text += this.pick([..."abcdefghijklmnopqrstuvwxyz0123456789"]);
    }
    return text;
  }
}
