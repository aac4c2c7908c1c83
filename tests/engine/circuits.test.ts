import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Circuits } from "../../src/engine/circuits.ts";

const OPTIONS = { failures: 3, open: { firstMs: 1000, maxMs: 4000 } };

class Hands {
  time = 0;
  now = () => this.time;
}

function fail(circuits: Circuits, lane: string, times: number): void {
  for (let i = 0; i < times; i += 1) circuits.report(lane, false, OPTIONS);
}

describe("a circuit", () => {
  it("stays closed while the processor answers now and then", () => {
    const circuits = new Circuits(new Hands());
    for (let i = 0; i < 50; i += 1) {
      expect(circuits.admits("a")).toBe(true);
      circuits.report("a", i % 3 === 0, OPTIONS);
    }
    expect(circuits.openUntil("a")).toBeNull();
  });

  it("opens after so many silences in a row, for one lane alone", () => {
    const circuits = new Circuits(new Hands());
    fail(circuits, "a", 3);
    expect(circuits.admits("a")).toBe(false);
    expect(circuits.admits("b")).toBe(true);
    expect(circuits.openUntil("a")).toBe(1000);
  });

  it("lets one call probe when its time is up, and closes on any answer", () => {
    const hands = new Hands();
    const circuits = new Circuits(hands);
    fail(circuits, "a", 3);
    hands.time = 1000;
    expect(circuits.admits("a")).toBe(true);
    expect(circuits.admits("a")).toBe(false);
    circuits.report("a", true, OPTIONS);
    expect(circuits.admits("a")).toBe(true);
    expect(circuits.admits("a")).toBe(true);
  });

  it("opens for longer each time a probe fails, up to the cap", () => {
    const hands = new Hands();
    const circuits = new Circuits(hands);
    fail(circuits, "a", 3);
    for (const pause of [2000, 4000, 4000]) {
      hands.time = circuits.openUntil("a") ?? 0;
      expect(circuits.admits("a")).toBe(true);
      circuits.report("a", false, OPTIONS);
      expect(circuits.openUntil("a")).toBe(hands.time + pause);
    }
  });

  it("is not opened again by calls that were under way when it opened", () => {
    const hands = new Hands();
    const circuits = new Circuits(hands);
    fail(circuits, "a", 3);
    fail(circuits, "a", 20);
    expect(circuits.openUntil("a")).toBe(1000);
  });

  it("always admits again some time, whatever happened", () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant("call" as const), answered: fc.boolean() }),
      fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(3000) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const hands = new Hands();
        const circuits = new Circuits(hands);
        for (const each of events) {
          if (each.kind === "pass") hands.time += each.ms;
          else if (circuits.admits("a")) circuits.report("a", each.answered, OPTIONS);
        }
        hands.time += OPTIONS.open.maxMs;
        expect(circuits.admits("a")).toBe(true);
      }),
    );
  });
});
