import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLANTS } from "./plants.ts";
import { simulate } from "./simulate.ts";
import { Store } from "./store.ts";

let store: Store;
beforeAll(() => {
  store = new Store();
});
afterAll(() => store.close());

/** Seeds of the default run; `npm run simulate -- --seeds M` runs as many as wanted. */
const SEEDS = 2000;
/** A planted bug must show within this many seeds. */
const PATIENCE = 400;

describe("the service under simulation", () => {
  it(`keeps every promise in ${SEEDS} runs`, { timeout: 300_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { failure } = await simulate(seed, store);
      expect(failure, `npm run simulate -- --seed ${seed}`).toBeNull();
    }
  });

  it("does the same again for the same seed", async () => {
    const [first, again] = [await simulate(4711, store), await simulate(4711, store)];
    expect(again).toEqual(first);
    expect(first.steps).toBeGreaterThan(100);
  });

  it.each(PLANTS)("finds the planted bug $name: $about", { timeout: 120_000 }, async (plant) => {
    for (let seed = 1; seed <= PATIENCE; seed += 1) {
      const { failure } = await simulate(seed, store, plant);
      if (failure !== null) {
        process.stdout.write(`${plant.name}: caught by seed ${seed}: ${failure.message}\n`);
        return;
      }
    }
    expect.fail(`${plant.name} was not found in ${PATIENCE} runs`);
  });
});
