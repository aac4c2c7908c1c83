import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attack, inputOf, judged } from "./attack.ts";
import { corpus } from "./corpus.ts";
import { Sender } from "./sender.ts";
import { Service } from "./service.ts";
import { TARGETS } from "./targets/index.ts";
import { World } from "./world.ts";

/** Inputs of the default run; `npm run fuzz -- --inputs M` sends as many as wanted. */
const INPUTS = 1000;

let service: Service;
beforeAll(async () => {
  service = await Service.start();
}, 60_000);
afterAll(async () => {
  expect(await service.stop()).toBe(true);
}, 30_000);

describe("whatever is sent to the service", { timeout: 120_000 }, () => {
  it("is refused in its own words: all inputs that are kept", async () => {
    const world = await World.make(service);
    const sender = new Sender(service.url, world);
    const faults: unknown[] = [];
    for (const [target, kept] of corpus()) {
      const verdicts = await Promise.all(kept.map(({ input }) => judged(sender, input)));
      for (const [index, verdict] of verdicts.entries()) {
        if (verdict.faults.length === 0) continue;
        faults.push({ target, about: kept[index]?.about, faults: verdict.faults });
      }
    }
    expect(faults).toEqual([]);
    expect(await world.probe()).toBe(true);
    expect(service.faults).toEqual([]);
    sender.close();
    world.close();
  });

  it(`is refused in its own words: ${INPUTS} new inputs`, async () => {
    const result = await attack({ service, targets: TARGETS, seed: 1, inputs: INPUTS });
    expect(result.failures).toEqual([]);
    expect(result.sent).toBe(INPUTS);
  });

  it("is made anew from its seed", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const [first, again] = [inputOf(seed, TARGETS), inputOf(seed, TARGETS)];
      expect(again).toEqual(first);
      expect(inputOf(seed, [first.target]).input).toEqual(first.input);
    }
  });
});
