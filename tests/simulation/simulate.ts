import { newId } from "../../src/domain/id.ts";
import type { RoutingRule } from "../../src/domain/routing.ts";
import { BrokenPromise } from "./invariants.ts";
import { NO_PLANT, type Plant } from "./plants.ts";
import { HONEST, LyingProcessor, type Mischief } from "./processor.ts";
import { Processors } from "./processors.ts";
import { SeededRandom } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { SimulatedService } from "./service.ts";
import type { Store } from "./store.ts";
import { Client, type Told } from "./workload.ts";

export interface RunResult {
  readonly seed: number;
  readonly steps: number;
  readonly payouts: number;
  readonly transfers: number;
  readonly kills: number;
  readonly failure: { readonly message: string; readonly trace: readonly string[] } | null;
}

/** Steps of one run at most: a run that takes more is stuck, and that is a finding. */
const MAX_STEPS = 60_000;
const SERVICES = 2;

/**
 * One run: two service processes on one database, clients, and a processor, let on in an order that
 * the seed decides, killed and restarted in between. Then the mischief ends, everything comes to
 * rest, and the books are held against the database.
 */
export async function simulate(
  seed: number,
  store: Store,
  plant: Plant = NO_PLANT,
): Promise<RunResult> {
  const random = new SeededRandom(seed);
  const scheduler = new Scheduler(random);
  const merchantId = newId("merchant", 0, (size) => random.bytes(size));
  store.empty(merchantId, rulesOf(random));
  const processors = new Processors(
    NAMES.map((name) => {
      const promise = {
        windowMs: random.pick([10 * 60_000, 3 * DAY_MS]),
        keepsRefusals: random.happens(0.7),
      };
      const shape = {
        quotes: random.happens(0.3),
        funds: random.happens(0.4),
        stages: random.happens(0.4),
      };
      return new LyingProcessor(scheduler, name, promise, shape, mischiefOf(random));
    }),
  );
  const { auditor } = store;
  auditor.forget();
  const told: Told = {
    answers: new Map(),
    payoutIds: new Set(),
    cancelled: new Set(),
    faults: [],
  };

  let births = 0;
  const services: SimulatedService[] = [];
  const start = () => {
    births += 1;
    const service = new SimulatedService(scheduler, store, processors, `node ${births}`, plant);
    services.push(service);
  };
  for (let i = 0; i < SERVICES; i += 1) start();
  processors.deliver = (news) =>
    services.length === 0
      ? Promise.reject(new Error("down"))
      : random.pick(services).takeNews(news);
  const clients = Array.from(
    { length: random.between(1, 3) },
    (_unused, index) => new Client(scheduler, `c${index}`, merchantId, () => services, told),
  );
  for (const client of clients) void client.run(random.between(1, 6));

  let kills = 0;
  let steps = 0;
  const killRate = random.pick([0, 0, 0.002, 0.01]);
  const stopRate = random.pick([0, 0.005, 0.02]);
  const hurry = random.pick([0, 0.02, 0.1]);
  const result = (failure: RunResult["failure"]): RunResult => ({
    seed,
    steps,
    payouts: told.payoutIds.size,
    transfers: processors.books.length,
    kills,
    failure,
  });
  // Only a commit or an entry in the books can break a promise: other steps are not worth a look.
  let seen = -1;
  let since = 0;
  const audit = () => {
    const now = store.commits + processors.entries;
    if (now === seen) return;
    seen = now;
    auditor.always(processors);
    since += 1;
    if (since % 8 === 0) auditor.history(processors);
  };
  try {
    while (!clients.every(({ finished }) => finished)) {
      if (steps >= MAX_STEPS) throw new BrokenPromise("the clients are never answered");
      const [victim] = services;
      if (victim !== undefined && kills < 6 && random.happens(killRate)) {
        scheduler.note(`kill -9 ${victim.process.name}`);
        kills += 1;
        services.shift();
        victim.kill();
        scheduler.process("supervisor").after(random.between(0, 15_000), start);
      }
      if (services.length > 0 && random.happens(stopRate)) {
        const { process } = random.pick(services);
        const seconds = random.between(1, 40);
        scheduler.note(`SIGSTOP ${process.name} for ${seconds} s`);
        process.stoppedUntil = scheduler.now() + seconds * 1000;
      }
      await scheduler.step(hurry);
      steps += 1;
      audit();
    }
    // The storm is over. Whatever was begun must now come to its end by itself.
    processors.mischief = HONEST;
    const goOn = async (until: number, enough: () => boolean) => {
      while (scheduler.now() < until && (steps % 20 !== 0 || !enough())) {
        if (steps >= MAX_STEPS) throw new BrokenPromise("it never comes to rest");
        if (!(await scheduler.step(0))) break;
        steps += 1;
        audit();
      }
    };
    const rests = () => auditor.rests(processors);
    await goOn(scheduler.now() + REST_MS, rests);
    auditor.atRest(processors, told);
    // What waits for a person is looked at once a day, and that look must not break anything either.
    if (auditor.waitsForPeople()) {
      scheduler.note("a day passes");
      scheduler.pass(DAY_MS);
      await goOn(scheduler.now() + LOOK_MS, () => false);
      await goOn(scheduler.now() + REST_MS, rests);
      auditor.atRest(processors, told);
    }
    return result(null);
  } catch (error) {
    const payoutId = error instanceof BrokenPromise ? error.payoutId : null;
    return result({
      message: error instanceof Error ? error.message : String(error),
      trace: minimal(scheduler.trace, payoutId),
    });
  } finally {
    for (const service of services) service.kill();
  }
}

/**
 * Long enough for every lease, look-up, settlement, return and repeated news, and for giving up on a
 * lost call that somebody wants to stop.
 */
const REST_MS = 40 * 60_000;

const DAY_MS = 24 * 60 * 60_000;
/** Time for the daily looks to be taken, and for what they begin to show. */
const LOOK_MS = 60_000;

const NAMES = ["sandbox", "second"];

/** The merchant's rules, in half of the runs: by amount, by method, and one that never holds. */
function rulesOf(random: SeededRandom): readonly RoutingRule[] {
  if (random.happens(0.5)) return [];
  const either = () => (random.happens(0.5) ? NAMES : [...NAMES].reverse());
  return [
    { name: "never", condition: 'currency == "EUR"', connectors: either() },
    { name: "large", condition: "amount > 50000", connectors: either() },
    { name: "rest", condition: "", connectors: random.happens(0.5) ? either() : NAMES.slice(1) },
  ];
}

function mischiefOf(random: SeededRandom): Mischief {
  const level = random.pick([0, 0.05, 0.2, 0.4]);
  const some = () => (random.happens(0.7) ? random.chance() * level : 0);
  return {
    refused: some(),
    lostRequest: some(),
    lostReply: some(),
    late: some(),
    later: some(),
    declined: some(),
    fails: some(),
    returned: some(),
    lostNews: some() * 2,
    repeatedNews: some() * 2,
  };
}

/** Only what concerns the payout, and the kills; all of it when no payout is to blame. */
function minimal(trace: readonly string[], payoutId: string | null): readonly string[] {
  if (payoutId === null) return trace.slice(-200);
  const mark = payoutId.slice(-4);
  return trace
    .filter((line) => line.includes(mark) || line.includes("kill -9") || line.includes("SIGSTOP"))
    .slice(-200);
}
