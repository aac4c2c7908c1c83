import { parseArgs } from "node:util";
import { NO_PLANT, PLANTS } from "./plants.ts";
import { simulate } from "./simulate.ts";
import { Store } from "./store.ts";

/**
 * npm run simulate -- [--seed N] [--seeds M] [--plant BUG] [--list-plants]
 *
 * Runs M seeds from N on and ends with "M runs, F failed". A run that fails prints its seed and what
 * happened to the payout in question; the same seed does the same again.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    plant: { type: "string" },
    "list-plants": { type: "boolean", default: false },
  },
});

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    process.stderr.write(`--${name} must be a whole number from 1\n`);
    process.exit(2);
  }
  return Number(text);
}

if (values["list-plants"]) {
  for (const { name } of PLANTS) print(name);
  process.exit(0);
}
const plant =
  values.plant === undefined ? NO_PLANT : PLANTS.find(({ name }) => name === values.plant);
if (plant === undefined) {
  process.stderr.write("there is no such plant; --list-plants names them\n");
  process.exit(2);
}

const first = whole("seed", values.seed);
const count = whole("seeds", values.seeds);
const store = new Store();
const began = performance.now();
const totals = { steps: 0, payouts: 0, transfers: 0, kills: 0 };
let failed = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const run = await simulate(seed, store, plant);
  totals.steps += run.steps;
  totals.payouts += run.payouts;
  totals.transfers += run.transfers;
  totals.kills += run.kills;
  if (run.failure === null) continue;
  failed += 1;
  print(`seed ${seed}: ${run.failure.message}`);
  for (const line of run.failure.trace) print(`  ${line}`);
  const planted = values.plant === undefined ? "" : ` --plant ${values.plant}`;
  print(`  replay: npm run simulate -- --seed ${seed}${planted}`);
}
store.close();
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const { payouts, transfers, kills, steps } = totals;
print(`${payouts} payouts, ${transfers} transfers, ${kills} kills, ${steps} steps in ${seconds} s`);
print(`${count} runs, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
