import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./attacker-process.ts";

export interface MeasureOptions {
  /** The built service. */
  readonly program: string;
  readonly sockets: number;
  readonly rounds: number;
  /** Of each half of a round. */
  readonly ms: number;
  readonly onRound?: (round: Round) => void;
}

/** The other clients' 99th percentile (milliseconds), without slow sockets and with them. */
export interface Round {
  readonly without: number;
  readonly with: number;
  readonly ratio: number;
  /** Calls that were measured, and how many of them were refused. */
  readonly calls: number;
  readonly refused: number;
  /** Slow sockets at the end of the round, and how many were cut in it. */
  readonly open: number;
  readonly cut: number;
}

const KEY = `sk_test_${"h".repeat(32)}`;
const CALLERS = 4;
const PAUSE_MS = 5;

/** Rounds of Create and Get, without slow sockets and with them in turns. */
export async function measure(options: MeasureOptions): Promise<Round[]> {
  const folder = mkdtempSync(join(tmpdir(), "payout-hostile-"));
  const service = spawn(process.execPath, [options.program], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "payouts.db")}`,
      PAYOUT_BOOTSTRAP_API_KEY: KEY,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const attacker = fork(fileURLToPath(new URL("attacker-process.ts", import.meta.url)));
  try {
    const url = await addressOf(service);
    const target = { host: url.hostname, port: Number(url.port), key: KEY };
    await callFor(url, Math.min(options.ms, 2000));
    const rounds: Round[] = [];
    while (rounds.length < options.rounds) {
      const without = await callFor(url, options.ms);
      await tell(attacker, { target, count: options.sockets });
      const times = await callFor(url, options.ms);
      const { open, cut } = await tell(attacker, "stop");
      const pair = { without: p99(without.times), with: p99(times.times) };
      const round = {
        ...pair,
        ratio: pair.with / pair.without,
        calls: without.times.length + times.times.length,
        refused: without.refused + times.refused,
        open,
        cut,
      };
      rounds.push(round);
      options.onRound?.(round);
    }
    return rounds;
  } finally {
    attacker.disconnect();
    service.kill("SIGTERM");
    await once(service, "close");
    rmSync(folder, { recursive: true });
  }
}

async function tell(attacker: ChildProcess, order: Order): Promise<Report> {
  const answer = once(attacker, "message");
  attacker.send(order);
  const [report] = await answer;
  return report;
}

async function addressOf(service: ChildProcess): Promise<URL> {
  const lines = createInterface({ input: service.stdout as NodeJS.ReadableStream });
  const found = Promise.withResolvers<URL>();
  lines.on("line", (line) => {
    const [, address] = /"address":"([^"]+)"/.exec(line) ?? [];
    if (address !== undefined) found.resolve(new URL(address));
  });
  service.once("close", (code) => found.reject(new Error(`the service ended with ${code}`)));
  return found.promise;
}

interface Calls {
  /** How long each took (milliseconds), those that were refused too. */
  readonly times: readonly number[];
  readonly refused: number;
}

/** Every caller makes a payout, asks for it, and so on. */
async function callFor(url: URL, ms: number): Promise<Calls> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const end = performance.now() + ms;
  const times: number[] = [];
  let refused = 0;
  const timed = async (method: string, path: string, body?: string): Promise<string | null> => {
    const begin = performance.now();
    const text = await call(new URL(path, url), agent, method, body);
    if (text === null) refused += 1;
    times.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return text;
  };
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const created = await timed("POST", "/v1/payouts", PAYOUT);
      if (created === null) continue;
      await timed("GET", `/v1/payouts/${JSON.parse(created).payoutId}?sync=STORED`);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  agent.destroy();
  return { times, refused };
}

const PAYOUT = JSON.stringify({
  amount: { minorAmount: "1000", currency: "USD" },
  payoutMethodData: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "021000021",
      accountType: "CHECKING",
      holderName: "Ada Lovelace",
    },
  },
  recipient: { type: "INDIVIDUAL", individual: { givenName: "Ada", familyName: "Lovelace" } },
  metadata: { sandbox_scenario: "instant_success" },
});

/** The answer's body, or null when the call was refused. */
function call(url: URL, agent: Agent, method: string, body?: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
    request(url, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(text);
        else if (answer.statusCode === 429) resolve(null);
        else reject(new Error(`${method} ${url.pathname}: ${answer.statusCode} ${text}`));
      });
    })
      .on("error", reject)
      .end(body);
  });
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
