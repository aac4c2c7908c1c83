import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Caller } from "../caller.ts";
import type { Load, LoadResult } from "../load/load.ts";
import { ServerProcess } from "../server-process.ts";
import { digits, quantile, type Spread, spread, table, withSpread } from "../statistics.ts";
import { type Case, casesOf, newOrder, SCENARIO, type Servers } from "./cases.ts";

export interface CompareOptions {
  /** The built service. */
  readonly service: string;
  readonly rounds: number;
  /** How long one load lasts, about (milliseconds). */
  readonly loadMs: number;
  /** Calls of the first load of each side, from which the next ones take their number. Default 128. */
  readonly firstCalls?: number;
  /** Rounds before those that count, which warm both sides up. Default 1. */
  readonly warmRounds?: number;
}

/** One load on one server. */
interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server's process for each call that was answered (milliseconds). */
  readonly cpu: number;
  readonly refused: number;
  readonly failed: number;
}

interface Round {
  readonly service: Measured;
  readonly baseline: Measured;
}

export interface ComparedRow {
  readonly call: string;
  readonly face: string;
  readonly callers: number;
  /** Of the service's calls of all rounds: 0 to 1. */
  readonly refused: number;
  readonly failed: number;
  readonly service: Measured;
  readonly baseline: Measured;
  /** Service / baseline, of each round. */
  readonly throughput: Spread;
  readonly p50: Spread;
  readonly p99: Spread;
  readonly cpu: Spread;
}

const SIDES = ["service", "baseline"] as const;
/** Payouts that Get is asked for. */
const STORED = 50;
/**
 * Service and baseline, each in a process of its own, under the same load from this one. Within a round
 * every case is loaded on both right after another, the other one first in the next round, so that what
 * else the machine does meets both alike. What counts are the ratios.
 */
export async function compare(options: CompareOptions): Promise<readonly ComparedRow[]> {
  const { service } = options;
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const servers: ServerProcess[] = [];
  try {
    const serving = await ServerProcess.service({ path: service, folder });
    servers.push(serving);
    const caller = new Caller(serving.url);
    const payoutIds: string[] = [];
    let answer = {};
    while (payoutIds.length < STORED) {
      const payout = await caller.ask("POST", "/v1/payouts", newOrder(), randomUUID());
      payoutIds.push(String(payout["payoutId"]));
      answer = payout;
    }
    const baseline = await ServerProcess.start({
      name: "baseline",
      path: join(import.meta.dirname, "baseline.ts"),
      folder,
      environment: { BENCH_PAYOUT: JSON.stringify(answer) },
    });
    servers.push(baseline);
    return await rowsOf({ service: serving, baseline, payoutIds }, options);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rowsOf(
  servers: Servers,
  { rounds, loadMs, firstCalls = 128, warmRounds = 1 }: CompareOptions,
): Promise<ComparedRow[]> {
  const cases = casesOf(servers);
  const measured = cases.map((): Round[] => []);
  const calls = new Map<Load, number>();
  for (let round = 0; round < warmRounds + rounds; round += 1) {
    for (const [index, each] of cases.entries()) {
      const sides = (round + index) % 2 === 0 ? SIDES : SIDES.toReversed();
      const both: Partial<Record<(typeof SIDES)[number], Measured>> = {};
      for (const side of sides) {
        const load = each[side];
        const count = Math.max(each.callers, calls.get(load) ?? firstCalls);
        const cpu = servers[side].cpuMs();
        const result = await load.run(count);
        both[side] = toMeasured(result, servers[side].cpuMs() - cpu);
        calls.set(load, Math.ceil((count / result.elapsedMs) * loadMs));
      }
      const { service, baseline } = both;
      if (round >= warmRounds && service && baseline) measured[index]?.push({ service, baseline });
    }
  }
  for (const { service, baseline } of cases) {
    service.close();
    baseline.close();
  }
  return cases.map((each, index) => toRow(each, measured[index] ?? []));
}

function toMeasured(result: LoadResult, cpuMs: number): Measured {
  const { calls, refused, failed, elapsedMs, latencies } = result;
  const answered = calls - refused - failed;
  return {
    perSecond: (answered * 1000) / elapsedMs,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpu: cpuMs / Math.max(1, answered),
    refused: refused / calls,
    failed,
  };
}

function toRow({ call, face, callers }: Case, rounds: readonly Round[]): ComparedRow {
  const middle = (side: (typeof SIDES)[number]): Measured => {
    const of = (what: keyof Measured) => spread(rounds.map((round) => round[side][what])).median;
    return {
      perSecond: of("perSecond"),
      p50: of("p50"),
      p99: of("p99"),
      cpu: of("cpu"),
      refused: of("refused"),
      failed: of("failed"),
    };
  };
  const ratio = (what: keyof Measured) =>
    spread(rounds.map(({ service, baseline }) => service[what] / baseline[what]));
  return {
    call,
    face,
    callers,
    refused: rounds.reduce((sum, { service }) => sum + service.refused, 0) / rounds.length,
    failed: rounds.reduce((sum, round) => sum + round.service.failed + round.baseline.failed, 0),
    service: middle("service"),
    baseline: middle("baseline"),
    throughput: ratio("perSecond"),
    p50: ratio("p50"),
    p99: ratio("p99"),
    cpu: ratio("cpu"),
  };
}

export function compareTable(rows: readonly ComparedRow[]): string {
  const head = [
    "call",
    "callers",
    "calls a second",
    "baseline",
    "throughput, ratio",
    "p50, ratio",
    "p99, ratio",
    "CPU a call, ms",
    "baseline",
    "CPU, ratio",
    "refused",
    "failed",
  ];
  const cells = rows.map((row) => [
    `${row.call}, ${row.face}`,
    String(row.callers),
    digits(row.service.perSecond),
    digits(row.baseline.perSecond),
    withSpread(row.throughput),
    withSpread(row.p50),
    withSpread(row.p99),
    digits(row.service.cpu),
    digits(row.baseline.cpu),
    withSpread(row.cpu),
    `${Math.round(row.refused * 100)} %`,
    String(row.failed),
  ]);
  return `${table(head, cells)}

Ratios are service / baseline: the median of the rounds, with least and most. Create by scenario ${SCENARIO}.`;
}
