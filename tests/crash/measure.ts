import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import type { Answer } from "../e2e/faces/answer.ts";
import { connectFace } from "../e2e/faces/connect-face.ts";
import type { Face } from "../e2e/faces/face.ts";
import { restFace } from "../e2e/faces/rest-face.ts";
import { PASS } from "./fault-proxy.ts";
import { fillWithDueJobs } from "./many-due-jobs.ts";
import { pause } from "./pause.ts";
import type { Program } from "./process.ts";
import { buildPrograms, type Programs } from "./programs.ts";
import { TAG } from "./told.ts";
import { API_KEY, World } from "./world.ts";

/**
 * node tests/crash/measure.ts [recovery] [jobs] [stop]
 *
 * Measures how the service comes back, and prints the rows of docs/performance.md, section Recovery.
 */
const { create, list } = PayoutService.method;

const DUE_JOBS = 100_000;
const STOPS = 3;
const LOAD = 50;

const METHOD: JsonObject = {
  ach: {
    accountNumber: "000123456789",
    routingNumber: "021000021",
    accountType: "CHECKING",
    holderName: "Jane Doe",
  },
};

function order(tag: string, scenario = "success"): JsonObject {
  return {
    amount: { minorAmount: "1250", currency: "USD" },
    payoutMethodData: METHOD,
    metadata: { [TAG]: tag, sandbox_scenario: scenario },
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function row(what: string, times: readonly number[], note = ""): void {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const spread = times.length > 1 ? ` (${ms(least)} to ${ms(most)}, ${times.length} runs)` : "";
  print(`| ${what} | ${ms(middle)}${spread} | ${note} |`);
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

async function ask(face: Face, method: DescMethod, request: JsonObject): Promise<JsonObject> {
  const answer = await face.call(method, request, { key: API_KEY });
  if (!answer.ok) throw new Error(`${method.name}: ${JSON.stringify(answer.told)}`);
  return answer.message;
}

function first(world: World): { service: Program; face: Face } {
  const [service] = world.services;
  if (service === undefined) throw new Error("there is no service");
  return { service, face: restFace(service.url) };
}

/**
 * From kill -9 in the middle of a call until the outcome of that call is recorded. With one process it
 * is started again at once; with two the other one takes over.
 */
async function recovery(
  programs: Programs,
  { services, leaseMs, pollMs, runs }: Record<"services" | "leaseMs" | "pollMs" | "runs", number>,
): Promise<void> {
  const world = new World({ programs, services, leaseMs, pollMs, connectorTimeoutMs: 20_000 });
  const times: number[] = [];
  await world.start();
  const books = world.books();
  const { service, face } = first(world);
  const [proxy] = world.proxies;
  if (proxy === undefined) throw new Error("there is no proxy");
  for (let run = 0; run < runs; run += 1) {
    const called = Promise.withResolvers<void>();
    const never = new Promise<void>(() => {});
    proxy.choose = (line) => {
      if (!line.startsWith("POST /transfers")) return PASS;
      called.resolve();
      return { kind: "hold", way: "reply", until: never };
    };
    // No news comes of it: only who has the lease finds out.
    void face.call(create, order(`recovery-${run}`, "manual"), { key: API_KEY }).catch(() => {});
    await called.promise;
    await pause(20);
    const killed = performance.now();
    await service.kill();
    proxy.choose = () => PASS;
    const restarted = services === 1 ? service.start() : Promise.resolve();
    while (!accepted(books.payouts(), run)) await pause(5);
    times.push(performance.now() - killed);
    await restarted;
    if (services > 1) await service.start();
  }
  books.close();
  await world.close();
  const bound = leaseMs + pollMs;
  const worst = (Math.max(...times) / bound).toFixed(2);
  const median = ((times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0) / bound).toFixed(2);
  const who = services === 1 ? "the same process, started again" : "another process takes over";
  row(
    `kill -9 in a call until its outcome is recorded: ${who}; lease ${leaseMs} ms, poll ${pollMs} ms`,
    times,
    `${median} x (lease + poll); worst ${worst} x`,
  );
}

function accepted(
  payouts: readonly { tag: string | null; status: string }[],
  run: number,
): boolean {
  return payouts.some(({ tag, status }) => tag === `recovery-${run}` && status === "PENDING");
}

/** A start with a great many due jobs. */
async function manyDueJobs(programs: Programs): Promise<void> {
  const world = new World({ programs, leaseMs: 10_000, pollMs: 1000, connectorTimeoutMs: 8000 });
  await world.start();
  const { service, face } = first(world);
  const [proxy] = world.proxies;
  proxy?.refuse();
  const answer = await ask(face, create, order("template"));
  const { payoutId } = answer["payout"] as JsonObject;
  await service.stop();
  fillWithDueJobs(world.databasePath, String(payoutId), DUE_JOBS);
  await proxy?.open();

  const began = performance.now();
  await service.start();
  const ready = performance.now() - began;
  await ask(face, list, { pageSize: 1 });
  const listed = performance.now() - began;
  await ask(face, create, order("meanwhile"));
  const created = performance.now() - began;
  const jobs = `${DUE_JOBS.toLocaleString("en")} due jobs at start`;
  row(`${jobs}: ready`, [ready]);
  row(`${jobs}: first List answered`, [listed]);
  row(`${jobs}: first Create answered (stored at once, behind them in the queue)`, [created]);

  const creates: number[] = [];
  const books = world.books();
  const before = books.transfers().size;
  const measured = performance.now();
  while (performance.now() - measured < 20_000) {
    const sent = performance.now();
    await ask(face, create, order(`during-${creates.length}`));
    creates.push(performance.now() - sent);
  }
  const done = books.transfers().size - before;
  const perSecond = Math.round(done / ((performance.now() - measured) / 1000));
  row(
    `${jobs}: Create while they are worked off (it answers when the wait for the processor is over, 5 s)`,
    creates,
    `${perSecond} payouts a second`,
  );
  books.close();
  await world.close();
}

/** What came of the calls of one client while the service was being stopped. */
interface Tally {
  answered: number;
  /** Refused with UNAVAILABLE, or the connection was refused: to be sent again. */
  refused: number;
  /** Tags of calls whose connection broke. */
  readonly broken: string[];
}

/** SIGTERM under load: how long it takes, and what callers see. */
async function stopUnderLoad(programs: Programs): Promise<void> {
  const times: number[] = [];
  const total: Tally = { answered: 0, refused: 0, broken: [] };
  let stored = 0;
  const codes = new Set<number | null>();
  for (let run = 0; run < STOPS; run += 1) {
    const world = new World({ programs });
    await world.start();
    const { service } = first(world);
    const faces = [
      restFace(service.url),
      connectFace("gRPC", createGrpcTransport({ baseUrl: service.url })),
    ];
    const tally: Tally = { answered: 0, refused: 0, broken: [] };
    const over = new AbortController();
    const load = Array.from({ length: LOAD }, (_, i) => {
      const face = faces[i % 2] ?? faces[0];
      return face === undefined ? null : callUntil(face, `stop-${run}-${i}`, tally, over.signal);
    });
    await pause(3000);
    const began = performance.now();
    codes.add(await service.stop());
    times.push(performance.now() - began);
    over.abort();
    await Promise.all(load);
    const books = world.books();
    const tags = new Set(books.payouts().map(({ tag }) => tag));
    stored += tally.broken.filter((tag) => tags.has(tag)).length;
    total.answered += tally.answered;
    total.refused += tally.refused;
    total.broken.push(...tally.broken);
    books.close();
    for (const face of faces) face.close();
    await world.close();
  }
  row(
    `SIGTERM under load (${LOAD} callers, half REST, half gRPC) until the process has ended`,
    times,
    `exit code ${[...codes].join(", ")}; ${total.answered} answered, ${total.refused} told to ` +
      `come again, ${total.broken.length} broken connections, ${stored} of those stored`,
  );
}

async function callUntil(face: Face, name: string, tally: Tally, over: AbortSignal): Promise<void> {
  for (let i = 0; !over.aborted; i += 1) {
    const tag = `${name}-${i}`;
    const end = await face.call(create, order(tag), { key: API_KEY }).then(endOf, endOfError);
    if (end === "answered") tally.answered += 1;
    else if (end === "refused") tally.refused += 1;
    else tally.broken.push(tag);
    if (end !== "answered") await pause(20);
  }
}

type CallEnd = "answered" | "refused" | "broken";

function endOf(answer: Answer): CallEnd {
  if (answer.ok) return "answered";
  return answer.told.code === "unavailable" ? "refused" : "broken";
}

/** fetch says why in its error's cause. */
function endOfError(error: unknown): CallEnd {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return code === "ECONNREFUSED" ? "refused" : "broken";
}

/** Any of "recovery", "jobs" and "stop"; all when none is named. */
const wanted = process.argv.slice(2);
const wants = (name: string) => wanted.length === 0 || wanted.includes(name);

const programs = await buildPrograms();
try {
  print("| what | time | note |");
  print("|---|---|---|");
  if (wants("recovery")) {
    await recovery(programs, { services: 1, leaseMs: 1500, pollMs: 200, runs: 10 });
    await recovery(programs, { services: 2, leaseMs: 1500, pollMs: 200, runs: 10 });
    await recovery(programs, { services: 1, leaseMs: 10_000, pollMs: 1000, runs: 3 });
  }
  if (wants("jobs")) await manyDueJobs(programs);
  if (wants("stop")) await stopUnderLoad(programs);
} finally {
  programs.remove();
}
process.exit();
