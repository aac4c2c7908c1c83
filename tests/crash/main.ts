import { parseArgs } from "node:util";
import { attack } from "./attack.ts";
import { buildPrograms } from "./programs.ts";

/**
 * npm run crash-test -- [--seed N] [--kills K] [--minutes M]
 *
 * Attacks the service with real processes until K kills or M minutes, whichever comes first, and ends
 * with one line of counts; exits 1 when a promise was broken, and keeps the folder with the database,
 * the ledger and all logs.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: "100" },
    minutes: { type: "string", default: "60" },
  },
});

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    process.stderr.write(`--${name} must be a whole number from 1\n`);
    process.exit(2);
  }
  return Number(text);
}

const seed = whole("seed", values.seed);
const kills = whole("kills", values.kills);
const minutes = whole("minutes", values.minutes);
print(`seed ${seed}`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const programs = await buildPrograms();
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s`;
try {
  const result = await attack({
    programs,
    seed,
    kills,
    minutes,
    onProgress: (line) => print(`${seconds()}  ${line}`),
  });
  for (const { promise, payoutId } of result.violations) {
    print(`broken: ${promise}${payoutId === null ? "" : ` (${payoutId})`}`);
  }
  for (const line of result.details) print(`  ${line}`);
  if (result.folder !== null) print(`kept: ${result.folder}`);
  print(`${result.calls} calls, ${result.lost} without an answer, ${seconds().trim()}`);
  print(
    `${result.kills} kills, ${result.stops} stops, ${result.payouts} payouts, ` +
      `${result.transfers} transfers, ${result.violations.length} violations`,
  );
  process.exitCode = result.violations.length === 0 ? 0 : 1;
} finally {
  programs.remove();
}
// Callers that gave up waiting may still hold connections.
process.exit();
