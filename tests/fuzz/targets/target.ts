import type { FuzzRandom } from "../fuzz-random.ts";
import type { Input } from "../input.ts";

/** One way into the service, with a maker of inputs for it. */
export interface Target {
  readonly name: string;
  readonly about: string;
  /** How many of a run's inputs it gets, relative to the others. */
  readonly weight: number;
  /** The same random makes the same input. */
  make(random: FuzzRandom): Input;
}
