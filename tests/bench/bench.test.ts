import { expect, inject, it } from "vitest";
import { CALLERS } from "./compare/cases.ts";
import { compare, compareTable } from "./compare/compare.ts";

it("compares the service with a handler that stores nothing, every call and every face", async () => {
  const { service } = inject("programs");
  const rows = await compare({ service, rounds: 1, loadMs: 0, firstCalls: 1, warmRounds: 0 });
  // What it took says nothing here: only that each row was measured, and that no call failed.
  const cases = ["Create", "Get"].flatMap((call) =>
    CALLERS.flatMap((callers) => ["REST", "gRPC"].map((face) => ({ call, face, callers }))),
  );
  expect(rows.map(({ call, face, callers }) => ({ call, face, callers }))).toEqual(cases);
  expect(rows.filter(({ failed }) => failed > 0)).toEqual([]);
  for (const { service: of, baseline } of rows) {
    expect(of.perSecond).toBeGreaterThan(0);
    expect(baseline.perSecond).toBeGreaterThan(0);
  }
  expect(compareTable(rows).match(/^\| (Create|Get), /gm)).toHaveLength(cases.length);
}, 120_000);
