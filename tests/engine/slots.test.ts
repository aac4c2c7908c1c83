import { describe, expect, it } from "vitest";
import { orFree, Slots } from "../../src/engine/slots.ts";

const lane = (connector: string) => ({ merchantId: "m", connector });

describe("places for jobs", () => {
  it("are taken when they are reserved: of many at once only so many get one", () => {
    const slots = new Slots({ maxRunning: 10, maxRunningPerLane: 3 });
    const got = Array.from({ length: 8 }, () => slots.reserve(lane("a"))).filter(Boolean);
    expect(got).toHaveLength(3);
    expect(slots.fullLanes()).toEqual(["m/a"]);
    expect(slots.reserve(lane("b"))).not.toBeNull();
    expect(slots.room()).toBe(6);
  });

  it("are given back once, however often that is said", () => {
    const slots = new Slots({ maxRunning: 2, maxRunningPerLane: 2 });
    const slot = slots.reserve(lane("a"));
    slot?.free();
    slot?.free();
    expect(slots.room()).toBe(2);
    expect(slots.fullLanes()).toEqual([]);
  });

  it("are found for work that is claimed already, past the bound too", () => {
    const slots = new Slots({ maxRunning: 1, maxRunningPerLane: 1 });
    const both = [slots.occupy(lane("a")), slots.occupy(lane("a"))];
    expect(slots.room()).toBe(0);
    for (const slot of both) slot.free();
    expect(slots.room()).toBe(1);
  });

  it("wake whoever waits for one, and are freed when storing fails", async () => {
    const slots = new Slots({ maxRunning: 1, maxRunningPerLane: 1 });
    const slot = slots.reserve(lane("a"));
    const free = slots.nextFree();
    await expect(orFree(slot, Promise.reject(new Error("full")))).rejects.toThrow("full");
    await free;
    expect(slots.room()).toBe(1);
  });
});
