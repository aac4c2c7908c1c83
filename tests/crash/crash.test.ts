import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attack } from "./attack.ts";
import { buildPrograms, type Programs } from "./programs.ts";

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

/** The dose of the default run; `npm run crash-test -- --seed N --kills K` gives as much as wanted. */
const DOSE = [
  { seed: 1, kills: 13, services: "one service process" },
  { seed: 2, kills: 12, services: "two service processes on one database" },
];

describe("kill -9, SIGSTOP and a broken network, all at once", () => {
  it.each(DOSE)(
    "$kills kills with $services: no promise is broken",
    { timeout: 120_000 },
    async ({ seed, kills }) => {
      const result = await attack({ programs, seed, kills, minutes: 1 });
      const kept = result.folder === null ? "" : `kept: ${result.folder}`;
      expect(result.violations, [...result.details, kept].join("\n")).toEqual([]);
      expect(result.kills).toBe(kills);
      expect(result.payouts).toBeGreaterThan(10);
      expect(result.transfers).toBeGreaterThan(5);
    },
  );
});
