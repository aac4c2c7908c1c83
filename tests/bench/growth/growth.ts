import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databasePath } from "../server-process.ts";
import { type Backlog, backlog } from "./backlog.ts";
import { type CallRow, calls, type Footprint } from "./calls.ts";
import { claims } from "./claims.ts";
import { type Combinations, combinations } from "./combinations.ts";
import { type Reading, readings } from "./readings.ts";
import { stock } from "./stock.ts";

export interface GrowthOptions {
  /** The built service. */
  readonly service: string;
  /** Payouts in each database; the first is what the others are compared with. */
  readonly sizes: readonly number[];
  /** Where the databases are kept and found again; null: made for this run. */
  readonly folder: string | null;
  readonly rounds: number;
  /** How long one load lasts, about (milliseconds). */
  readonly loadMs: number;
  /** Told what is being done. */
  readonly tell: (line: string) => void;
}

export interface Growth {
  readonly sizes: readonly number[];
  readonly readings: readonly Reading[];
  readonly calls: readonly CallRow[];
  readonly footprints: readonly Footprint[];
  /** In the biggest database. */
  readonly combinations: Combinations;
  readonly backlog: Backlog;
}

/** What calls cost with few payouts and with many. */
export async function growth(options: GrowthOptions): Promise<Growth> {
  const { service, sizes, rounds, loadMs, tell } = options;
  const base = options.folder ?? mkdtempSync(join(tmpdir(), "bench-growth-"));
  try {
    const folders = sizes.map((size) => join(base, String(size)));
    for (const [index, folder] of folders.entries()) {
      if (existsSync(databasePath(folder))) continue;
      tell(`filling ${folder}`);
      await stock(service, folder, sizes[index] ?? 0);
    }
    const biggest = folders.at(-1) ?? "";
    tell("reading");
    const read = await readings(folders);
    tell("every combination of filters");
    const combined = await combinations(biggest);
    tell("claiming");
    const claimed = await claims(folders, sizes);
    tell("calling");
    const called = await calls(service, folders, { rounds, loadMs });
    tell("starting with due jobs");
    const due = await backlog(service, biggest, (sizes.at(-1) ?? 0) / 10);
    return {
      sizes,
      readings: [...read, ...claimed],
      calls: called.rows,
      footprints: called.footprints,
      combinations: combined,
      backlog: due,
    };
  } finally {
    if (options.folder === null) rmSync(base, { recursive: true, force: true });
  }
}
