import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildPrograms } from "../crash/programs.ts";
import { compare, compareTable } from "./compare/compare.ts";
import { growth } from "./growth/growth.ts";
import { growthTables } from "./growth/growth-tables.ts";

/**
 * npm run bench [-- --quick] [--json FILE]
 * npm run bench -- --growth [--sizes 1000,100000] [--folder FOLDER] [--json FILE]
 *
 * What a call costs, against a handler that stores nothing; or with --growth, what it costs when there
 * are a million payouts. Prints tables for docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    growth: { type: "boolean", default: false },
    /** Payouts in each database of the growth, the first being what the others are compared with. */
    sizes: { type: "string", default: "1000,10000,100000,1000000" },
    /** Where the filled databases lie; they are kept, and used again if they are there. */
    folder: { type: "string" },
    json: { type: "string" },
  },
});

const programs = await buildPrograms();
const { service } = programs;
const print = (text: string) => process.stdout.write(`${text}\n`);
const keep = (result: unknown) => {
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(result, null, 2));
};
try {
  if (values.growth) {
    const result = await growth({
      service,
      sizes: values.sizes.split(",").map(Number),
      folder: values.folder ?? null,
      tell: (line) => process.stderr.write(`${line}\n`),
      ...(values.quick ? { rounds: 2, loadMs: 300 } : { rounds: 9, loadMs: 1000 }),
    });
    print(growthTables(result));
    keep(result);
  } else {
    const rows = await compare({
      service,
      ...(values.quick ? { rounds: 3, loadMs: 500 } : { rounds: 7, loadMs: 1200 }),
    });
    print(compareTable(rows));
    keep(rows);
  }
} finally {
  programs.remove();
}
// Connections of clients that nobody closed hold the process.
process.exit();
