import { parseArgs } from "node:util";
import { attack, type Failure } from "./attack.ts";
import { type Memory, Service } from "./service.ts";
import { TARGETS } from "./targets/index.ts";

/**
 * npm run fuzz -- [--seed N] [--inputs M] [--target NAME] [--list-targets] [--reasons]
 *
 * Starts the service in a process of its own and sends it the inputs of the seeds N to N+M-1, of one
 * target or of all by their weights; ends with counts, the time and the service's memory. A failure
 * prints its target, its seed, the input and how to send that one again; the same seed makes the same
 * input. Exits 1 when there was one.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    inputs: { type: "string", default: "10000" },
    target: { type: "string" },
    "list-targets": { type: "boolean", default: false },
    reasons: { type: "boolean", default: false },
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

if (values["list-targets"]) {
  for (const { name, about } of TARGETS) print(`${name.padEnd(9)} ${about}`);
  process.exit(0);
}
const targets =
  values.target === undefined ? TARGETS : TARGETS.filter(({ name }) => name === values.target);
if (targets.length === 0) {
  process.stderr.write("there is no such target; --list-targets names them\n");
  process.exit(2);
}
const seed = whole("seed", values.seed);
const inputs = whole("inputs", values.inputs);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
print(`seed ${seed}, ${inputs} inputs, ${targets.map(({ name }) => name).join(", ")}`);
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const service = await Service.start();
const result = await attack({
  service,
  targets,
  seed,
  inputs,
  onProgress: (line) => print(`${seconds().toFixed(0).padStart(5)} s  ${line}`),
});
const took = seconds();
const stopped = await service.stop();
for (const failure of result.failures) show(failure);
if (!stopped) print("FAILED service: it did not stop in order");
if (values.reasons) {
  for (const [reason, count] of [...result.reasons].sort())
    print(`${String(count).padStart(8)} ${reason}`);
}
print(`memory at the beginning: ${memory(result.begin)}`);
print(`memory at the end:       ${memory(result.end)}`);
print(
  `${result.sent} inputs in ${took.toFixed(0)} s (${(result.sent / took).toFixed(0)} a second), ` +
    `${result.failures.length} failures`,
);
process.exit(result.failures.length === 0 && stopped ? 0 : 1);

function show({ target, seed: at, input, faults }: Failure): void {
  print(`FAILED ${target}${at === null ? "" : `, seed ${at}`}`);
  for (const fault of faults) print(`  ${fault}`);
  if (input === null) return;
  print(`  input: ${JSON.stringify(input).slice(0, 4000)}`);
  print(`  replay: npm run fuzz -- --target ${target} --seed ${at} --inputs 1`);
}

function memory({ rss, heapUsed, external }: Memory): string {
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return `rss ${mib(rss)}, heap ${mib(heapUsed)}, external ${mib(external)}`;
}
