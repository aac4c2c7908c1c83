import { expect, it } from "vitest";
import { laterOf } from "../../../src/connectors/toolkit/retry-after.ts";

it.each([
  ["7", { afterMs: 7_000 }],
  [" 7 ", { afterMs: 7_000 }],
  ["Thu, 15 Jan 2026 12:00:09 GMT", { afterMs: 9_000 }],
  ["Thu, 15 Jan 2026 11:00:00 GMT", { afterMs: 0 }],
  ["soon", {}],
  ["-5", {}],
  ["1.5", {}],
  ["", {}],
  [undefined, {}],
])("Retry-After: %s", (header, later) => {
  expect(laterOf(header, Date.UTC(2026, 0, 15, 12))).toEqual(later);
});
