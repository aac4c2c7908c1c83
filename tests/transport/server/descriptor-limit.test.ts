import { expect, test } from "vitest";
import { limits } from "../../../src/limits.ts";
import {
  connectionsThatFit,
  connectionsWithin,
  descriptorLimit,
} from "../../../src/transport/server/descriptor-limit.ts";

test("the system says how many descriptors there are", () => {
  expect(descriptorLimit()).toBeGreaterThan(255);
});

test("connections leave some of them to the rest, and half at least is theirs", () => {
  const bounds = { wanted: 10_000, kept: 512 };
  const fit = [undefined, 1_048_576, 4096, 1024, 256, 1].map((descriptors) =>
    connectionsWithin(descriptors, bounds),
  );
  expect(fit).toEqual([10_000, 10_000, 3584, 512, 128, 1]);
});

test("the log says so where it is fewer", () => {
  const lines: unknown[] = [];
  const log = { warn: (line: unknown) => void lines.push(line) } as never;
  expect(connectionsThatFit(log, undefined)).toBe(limits.port.connections);
  expect(lines).toEqual([]);
  expect(connectionsThatFit(log, 1024)).toBe(512);
  expect(lines).toEqual([{ connections: 512, descriptors: 1024, needed: 10_768 }]);
});
