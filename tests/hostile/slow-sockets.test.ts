import { expect, inject, test } from "vitest";
import { measure } from "./support/measure.ts";

/** Of a machine that may be busy with other tests; `slow-sockets.ts` measures it on a quiet one. */
const MOST = 4;

test("slow sockets leave everybody else's answers as quick as they were", async () => {
  const { service } = inject("programs");
  const rounds = await measure({ program: service, sockets: 300, rounds: 3, ms: 1200 });
  for (const { open, refused } of rounds) {
    expect(open).toBeGreaterThan(200);
    expect(refused).toBe(0);
  }
  expect(Math.min(...rounds.map(({ ratio }) => ratio))).toBeLessThan(MOST);
});
