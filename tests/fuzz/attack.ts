import { setTimeout } from "node:timers/promises";
import { FuzzRandom } from "./fuzz-random.ts";
import type { Input } from "./input.ts";
import { judge, type Verdict } from "./judge.ts";
import { pureFault } from "./pure-parts.ts";
import { Sender } from "./sender.ts";
import type { Memory, Service } from "./service.ts";
import { smaller } from "./shrink.ts";
import type { Target } from "./targets/target.ts";
import { type Rows, World } from "./world.ts";

export interface AttackOptions {
  readonly service: Service;
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly inputs: number;
  /** Default 48. */
  readonly atOnce?: number;
  readonly onProgress?: (line: string) => void;
}

export interface Failure {
  readonly target: string;
  /** Which input it was; null when it cannot be told. */
  readonly seed: number | null;
  readonly input: Input | null;
  readonly faults: readonly string[];
}

export interface AttackResult {
  readonly failures: readonly Failure[];
  readonly sent: number;
  /** How many of each target ended in which way. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly begin: Memory;
  readonly end: Memory;
}

/** Inputs between two looks at the whole: does it still work, has it stored what it should not. */
const BATCH = 4000;
/** Refused inputs of a batch that are sent again, alone, to see that nothing is stored. */
const AGAIN = 30;
/** Times that an input is sent to a service that has too much to do. */
const PATIENCE = 30;
/** After so many different failures there is enough to mend. */
const ENOUGH = 25;

interface Done {
  readonly target: Target;
  readonly seed: number;
  readonly input: Input;
  readonly verdict: Verdict;
}

/** Sends the inputs of the seeds from `seed` on, and holds every answer and the whole to the law. */
export async function attack(options: AttackOptions): Promise<AttackResult> {
  const { service, targets, seed, inputs, atOnce = 48, onProgress = () => {} } = options;
  const world = await World.make(service);
  const sender = new Sender(service.url, world);
  const failures = new Map<string, Failure>();
  const reasons = new Map<string, number>();
  const fail = (failure: Failure) => {
    const key = `${failure.target} ${failure.faults.map((text) => text.slice(0, 60)).join()}`;
    if (!failures.has(key)) failures.set(key, failure);
  };
  let sent = 0;
  const begin = await service.measure();
  try {
    while (sent < inputs && failures.size < ENOUGH && service.isRunning) {
      const size = Math.min(BATCH, inputs - sent);
      const before = world.rows();
      const batch = await sendBatch(sender, targets, seed + sent, size, atOnce);
      sent += size;
      for (const { target, seed: at, input, verdict } of batch) {
        const key = `${target.name} ${verdict.reason}`;
        reasons.set(key, (reasons.get(key) ?? 0) + 1);
        if (verdict.faults.length > 0)
          fail({ target: target.name, seed: at, input, faults: verdict.faults });
      }
      if (!service.isRunning) {
        fail({ target: "all", seed: null, input: null, faults: ["the service has ended"] });
        break;
      }
      const stored = storedTooMuch(batch, before, world.rows());
      if (stored !== null)
        fail({ target: "all", seed: seed + sent - size, input: null, faults: [stored] });
      for (const failure of await sendAgain(sender, world, batch)) fail(failure);
      if (!(await world.probe())) {
        fail({
          target: "all",
          seed: seed + sent - size,
          input: null,
          faults: ["a right call fails"],
        });
      }
      for (const text of service.faults.splice(0)) {
        fail({ target: "service", seed: seed + sent - size, input: null, faults: [text] });
      }
      await world.renew();
      const { rss } = await service.measure();
      const mib = (rss / 1024 / 1024).toFixed(0);
      onProgress(`${sent} inputs, ${failures.size} failures, rss ${mib} MiB`);
    }
    const end = service.isRunning ? await service.measure() : begin;
    const shrunk = [];
    for (const failure of failures.values()) shrunk.push(await shrink(sender, failure));
    return { failures: shrunk, sent, reasons, begin, end };
  } finally {
    sender.close();
    world.close();
  }
}

async function sendBatch(
  sender: Sender,
  targets: readonly Target[],
  from: number,
  size: number,
  atOnce: number,
): Promise<Done[]> {
  const done: Done[] = [];
  let next = from;
  const lane = async () => {
    while (next < from + size) {
      const seed = next;
      next += 1;
      const { target, input } = inputOf(seed, targets);
      done.push({ target, seed, input, verdict: await judged(sender, input) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return done;
}

/** The input of a seed. The same for the same targets, always. */
export function inputOf(
  seed: number,
  targets: readonly Target[],
): { readonly target: Target; readonly input: Input } {
  const random = new FuzzRandom(seed);
  const target = random.weighted(...targets.map((each) => [each.weight, () => each] as const));
  // From a generator of its own: a target alone must make of a seed what it makes among others.
  return { target, input: target.make(new FuzzRandom(seed ^ 0x5bd1e995)) };
}

/** Sends one input and judges its answer. */
export async function judged(sender: Sender, input: Input): Promise<Verdict> {
  if (input.kind !== "pure") {
    for (let tries = 1; ; tries += 1) {
      const verdict = judge(input, await sender.send(input));
      // The service refuses at the door what it has no time for; a fuzzer has time.
      if (verdict.reason !== "OVERLOADED" || tries === PATIENCE) return verdict;
      await setTimeout(tries * 20);
    }
  }
  const fault = pureFault(input);
  return { faults: fault === undefined ? [] : [fault], outcome: "refused", reason: input.part };
}

/** More rows than calls that went well, or whose end is not known, can have stored. */
function storedTooMuch(batch: readonly Done[], before: Rows, after: Rows): string | null {
  const may = batch.filter(
    ({ input, verdict }) => input.kind === "raw" || verdict.outcome !== "refused",
  );
  for (const [table, rows] of Object.entries(after)) {
    const added = rows - (before[table] ?? 0);
    if (added > may.length * 2) return `${added} rows in ${table} by ${may.length} calls`;
  }
  return null;
}

/** What was refused is refused again, alone; and then the database is as it was. */
async function sendAgain(sender: Sender, world: World, batch: readonly Done[]): Promise<Failure[]> {
  const refused = batch.filter(
    ({ input, verdict }) => input.kind === "call" && verdict.outcome === "refused",
  );
  const step = Math.max(1, Math.floor(refused.length / AGAIN));
  const failures: Failure[] = [];
  let before = world.rows();
  for (let index = 0; index < refused.length; index += step) {
    const done = refused[index];
    if (done === undefined) continue;
    const { outcome } = await judged(sender, done.input);
    const after = world.rows();
    const table = Object.keys(after).find((name) => after[name] !== before[name]);
    if (outcome === "refused" && table !== undefined) {
      const { target, seed, input } = done;
      failures.push({
        target: target.name,
        seed,
        input,
        faults: [`refused, and stored in ${table}`],
      });
    }
    before = after;
  }
  return failures;
}

/** The same failure by less input, as far as simple means go. */
async function shrink(sender: Sender, failure: Failure): Promise<Failure> {
  const { input, faults } = failure;
  if (input === null) return failure;
  const same = async (candidate: Input) => {
    const verdict = await judged(sender, candidate);
    return verdict.faults.some((text) => text.slice(0, 20) === faults[0]?.slice(0, 20));
  };
  return { ...failure, input: await smaller(input, same).catch(() => input) };
}
