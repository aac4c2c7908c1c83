import { randomUUID } from "node:crypto";
import { Caller } from "../caller.ts";
import { newOrder } from "../compare/cases.ts";
import { fileSize } from "../file-size.ts";
import { type HttpRequest, restLoad } from "../load/rest-load.ts";
import { API_KEY, databasePath, ServerProcess } from "../server-process.ts";
import { quantile } from "../statistics.ts";
import { type Subject, subjectOf } from "./subject.ts";

/** One call over REST, and what it took on each database. */
export interface CallRow {
  readonly name: string;
  readonly callers: number;
  /** Of the calls of all rounds (milliseconds). */
  readonly p50: readonly number[];
  readonly p99: readonly number[];
  /** CPU time of the service for each call (milliseconds). */
  readonly cpu: readonly number[];
}

/** The process of the service on each database. */
export interface Footprint {
  readonly readyMs: number;
  /** Bytes, when it was ready and after all calls. */
  readonly residentAtStart: number;
  readonly resident: number;
  readonly walBytes: number;
  readonly databaseBytes: number;
}

const AUTHORIZATION = { authorization: `Bearer ${API_KEY}` };

interface Call {
  readonly name: string;
  readonly callers: number;
  readonly next: (subject: Subject) => () => HttpRequest;
}

const get = (path: (subject: Subject) => string) => (subject: Subject) => () => ({
  method: "GET" as const,
  path: path(subject),
  headers: AUTHORIZATION,
});

const CALLS: readonly Call[] = [
  ...[1, 16].map((callers) => ({
    name: "Create",
    callers,
    next: () => () => ({
      method: "POST" as const,
      path: "/v1/payouts",
      headers: {
        ...AUTHORIZATION,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      },
      body: JSON.stringify(newOrder()),
    }),
  })),
  ...[1, 16].map((callers) => ({
    name: "Get by id",
    callers,
    next: get(({ payoutId }) => `/v1/payouts/${payoutId}?sync=STORED`),
  })),
  {
    name: "Get by merchant id",
    callers: 1,
    next: get(({ reference }) => `/v1/payouts/by-merchant-id/${reference}?sync=STORED`),
  },
  { name: "List of 100", callers: 1, next: get(() => "/v1/payouts?pageSize=100") },
  {
    name: "List of 100, a common currency",
    callers: 1,
    next: get(() => "/v1/payouts?pageSize=100&currency=USD"),
  },
];

/**
 * The service on each database, a process each, under the same calls from here: the databases in turn in
 * each round, so that what else the machine does meets them alike.
 */
export async function calls(
  service: string,
  folders: readonly string[],
  { rounds, loadMs }: { readonly rounds: number; readonly loadMs: number },
): Promise<{ readonly rows: readonly CallRow[]; readonly footprints: readonly Footprint[] }> {
  const servers: ServerProcess[] = [];
  try {
    for (const folder of folders)
      servers.push(await ServerProcess.service({ path: service, folder }));
    const atStart = servers.map((server) => server.memory().resident);
    const subjects = folders.map(subjectOf);
    const rows: CallRow[] = [];
    for (const call of CALLS) rows.push(await measure(call, servers, subjects, { rounds, loadMs }));
    const footprints = servers.map((server, index) => ({
      readyMs: server.readyMs,
      residentAtStart: atStart[index] ?? 0,
      resident: server.memory().resident,
      walBytes: fileSize(`${databasePath(folders[index] ?? "")}-wal`),
      databaseBytes: fileSize(databasePath(folders[index] ?? "")),
    }));
    return { rows, footprints };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function measure(
  { name, callers, next }: Call,
  servers: readonly ServerProcess[],
  subjects: readonly Subject[],
  { rounds, loadMs }: { readonly rounds: number; readonly loadMs: number },
): Promise<CallRow> {
  const latencies = servers.map((): number[] => []);
  const cpu = servers.map((): number[] => []);
  let count = 64;
  // One round more, which warms them up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    let elapsedMs = 0;
    // Another one first in each round, too.
    for (const offset of servers.keys()) {
      const index = (round + offset) % servers.length;
      const server = servers[index];
      const subject = subjects[index];
      if (server === undefined || subject === undefined) continue;
      const load = restLoad(server.url, callers, next(subject));
      const before = server.cpuMs();
      const result = await load.run(count);
      const { failed, refused } = result;
      if (failed > 0) throw new Error(`${failed} calls of ${name} failed`);
      elapsedMs = Math.max(elapsedMs, result.elapsedMs);
      if (round === 0) continue;
      latencies[index]?.push(...result.latencies);
      cpu[index]?.push((server.cpuMs() - before) / (count - refused));
    }
    // The same number for all: none is ahead because it made fewer calls.
    if (round === 0) count = Math.max(count, Math.ceil((count / elapsedMs) * loadMs));
  }
  return {
    name,
    callers,
    p50: latencies.map((each) => quantile(each, 0.5)),
    p99: latencies.map((each) => quantile(each, 0.99)),
    cpu: cpu.map((each) => quantile(each, 0.5)),
  };
}

/** Whether a first page can be listed, and how long that took (milliseconds). */
export async function firstList(url: string): Promise<number> {
  const began = performance.now();
  await new Caller(url).ask("GET", "/v1/payouts?pageSize=100");
  return performance.now() - began;
}
