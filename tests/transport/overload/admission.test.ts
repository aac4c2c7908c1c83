import { describe, expect, it } from "vitest";
import { Admission, type AdmissionOptions } from "../../../src/transport/overload/admission.ts";

/** A door with a clock, an event loop and a load that a test sets. */
function bench(options: Partial<AdmissionOptions> = {}) {
  const loop = { now: 0, utilization: 0, turns: [] as (() => void)[] };
  const admission = new Admission({
    now: () => loop.now,
    nextTurn: (callback) => void loop.turns.push(callback),
    utilization: () => loop.utilization,
    maxInFlight: 1000,
    longQueue: 1,
    turnMs: 15,
    sharesPerTurn: 3,
    ...options,
  });
  const load = (utilization: number, samples = 2) => {
    loop.utilization = utilization;
    for (let i = 0; i < samples; i += 1) admission.sample();
  };
  /** The event loop comes round. */
  const turn = () => {
    for (const callback of loop.turns.splice(0)) callback();
  };
  return {
    admission,
    loop,
    load,
    turn,
    enters: (name: string | null) => {
      const enters = admission.enters(() => name);
      if (enters) admission.begun();
      return enters;
    },
  };
}

describe("the door", () => {
  it("lets everything in while there is time to spare, or no long queue", () => {
    const { admission, load, enters } = bench({ longQueue: 600 });
    expect(Array.from({ length: 599 }, () => enters("a")).every(Boolean)).toBe(true);
    load(1, 10);
    expect(admission.overloaded).toBe(false);
    enters("a");
    load(0.96, 10);
    expect(admission.overloaded).toBe(false);
  });

  it("is overloaded after some samples without time, until there is some again", () => {
    const { admission, loop, load, enters } = bench();
    enters("a");
    load(1, 1);
    expect(admission.overloaded).toBe(false);
    load(1, 1);
    expect(admission.overloaded).toBe(true);
    const refused = () => {
      enters("a");
      loop.now += 100;
      expect(enters(null)).toBe(false);
    };
    refused();
    load(0.9, 1);
    expect(admission.overloaded).toBe(true);
    refused();
    load(0.5, 1);
    expect(admission.overloaded).toBe(false);
  });

  it("is so no longer when nobody had to be refused", () => {
    const { admission, load, enters } = bench();
    enters("a");
    load(1);
    admission.ended();
    load(1, 1);
    expect(admission.overloaded).toBe(false);
  });

  it("overloaded, lets in what comes while the turn is young, and then one for each merchant", () => {
    const { loop, load, turn, enters } = bench();
    enters("a");
    load(1);
    expect(enters("a")).toBe(true);
    loop.now = 15;
    expect(enters("a")).toBe(true);
    loop.now = 16;
    expect([enters("a"), enters("a"), enters("b"), enters(null), enters("b")]).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    turn();
    expect(enters(null)).toBe(true);
    loop.now = 40;
    expect([enters("a"), enters("b")]).toEqual([true, true]);
  });

  it("counts from the end of the last turn's work for as long as requests keep coming", () => {
    const { loop, load, turn, enters } = bench();
    enters("a");
    load(1);
    enters("a");
    turn();
    // The work of what was let in comes first: it used up this turn.
    loop.now += 30;
    expect(enters(null)).toBe(false);
    turn();
    expect(enters(null)).toBe(true);
    // After a turn without requests nobody knows when this one began.
    turn();
    turn();
    loop.now += 30;
    expect(enters(null)).toBe(true);
  });

  it("bounds the merchants that get a share, so that a turn has an end", () => {
    const { loop, load, enters } = bench();
    enters("a");
    load(1);
    enters("a");
    loop.now = 100;
    expect(["a", "b", "c", "d", "e"].map(enters)).toEqual([true, true, true, false, false]);
  });

  it("bounds what is under way at once, whatever the load", () => {
    const { admission, enters } = bench({ maxInFlight: 2 });
    expect([enters("a"), enters("a"), enters("a")]).toEqual([true, true, false]);
    admission.ended();
    expect(enters("a")).toBe(true);
  });
});
