import { constants, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Database from "better-sqlite3";
import { fillWithDueJobs } from "../../crash/many-due-jobs.ts";
import { Caller } from "../caller.ts";
import { newOrder } from "../compare/cases.ts";
import { fileSize } from "../file-size.ts";
import { databasePath, ServerProcess } from "../server-process.ts";
import { quantile } from "../statistics.ts";
import { firstList } from "./calls.ts";

/** A start with a great many due jobs beside all the payouts (milliseconds and bytes). */
export interface Backlog {
  readonly jobs: number;
  readonly readyMs: number;
  readonly firstListMs: number;
  /** List of 100 while the jobs are worked off: median and 99th percentile. */
  readonly listMs: number;
  readonly listP99: number;
  readonly perSecond: number;
  readonly resident: number;
  readonly largestWal: number;
}

/** How long it is watched (milliseconds). */
const WATCHED_MS = 20_000;
const LOOK_MS = 50;
/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";

/** On a copy of the folder, since the jobs are worked off. */
export async function backlog(service: string, folder: string, jobs: number): Promise<Backlog> {
  const copy = `${folder}-due`;
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of ["payouts.db", "encryption.key", "hash.key"]) {
    copyFileSync(join(folder, name), join(copy, name), constants.COPYFILE_FICLONE);
  }
  try {
    fillWithDueJobs(databasePath(copy), await unsentPayout(service, copy), jobs);
    return await watch(service, copy, jobs);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A payout that was stored and never sent, since the processor was away. */
async function unsentPayout(service: string, folder: string): Promise<string> {
  const settings = { PAYOUT_SANDBOX_URL: NOWHERE, PAYOUT_ANSWER_WAIT_MS: "200" };
  const server = await ServerProcess.service({ path: service, folder, settings });
  const order = { ...newOrder(), metadata: { sandbox_scenario: "success" } };
  const payout = await new Caller(server.url).ask("POST", "/v1/payouts", order);
  await server.stop();
  return String(payout["payoutId"]);
}

async function watch(service: string, folder: string, jobs: number): Promise<Backlog> {
  const server = await ServerProcess.service({ path: service, folder });
  const began = performance.now();
  const firstListMs = await firstList(server.url);
  // What the processor has taken: its own book is small, and counting in it costs little.
  const ledger = new Database(join(folder, "sandbox.db"), { readonly: true });
  const taken = ledger.prepare<[], number>("SELECT count(*) FROM transfers").pluck();
  const before = taken.get() ?? 0;
  const lists: number[] = [];
  let largestWal = 0;
  const counted = performance.now();
  while (performance.now() - began < WATCHED_MS) {
    lists.push(await firstList(server.url));
    largestWal = Math.max(largestWal, fileSize(`${databasePath(folder)}-wal`));
    await pause(LOOK_MS);
  }
  const seconds = (performance.now() - counted) / 1000;
  const done = (taken.get() ?? 0) - before;
  const { resident } = server.memory();
  ledger.close();
  await server.stop();
  return {
    jobs,
    readyMs: server.readyMs,
    firstListMs,
    listMs: quantile(lists, 0.5),
    listP99: quantile(lists, 0.99),
    perSecond: done / seconds,
    resident,
    largestWal,
  };
}
