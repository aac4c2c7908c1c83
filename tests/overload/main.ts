import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildPrograms } from "../crash/programs.ts";
import type { FloodOptions, FloodResult } from "./flood.ts";

/**
 * npm run overload -- [--seconds S] [--times T]
 *
 * Measures what the service can take, then sends T times as much for S seconds, with a second merchant
 * that calls at a modest pace all the while. Prints how fast refusals came, what became of the modest
 * one, how the memory went, and whether everything that was accepted came to its end.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    times: { type: "string", default: "10" },
  },
});
const seconds = Number(values.seconds);
const times = Number(values.times);

const KEY = `sk_test_${"o".repeat(40)}`;
const BODY = JSON.stringify({
  amount: { minorAmount: "1050", currency: "USD" },
  payoutMethodData: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "110000000",
      accountType: "CHECKING",
      holderName: "Jane Doe",
    },
  },
});

const print = (line: string) => void process.stdout.write(`${line}\n`);

function runFlood(options: FloodOptions): Promise<FloodResult> {
  const child = fork(fileURLToPath(new URL("flood-process.ts", import.meta.url)));
  child.send(options);
  return once(child, "message").then(([result]) => result as FloodResult);
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const spread = (numbers: readonly number[]) =>
  `${numbers.length}, median ${ms(quantile(numbers, 0.5))}, p99 ${ms(quantile(numbers, 0.99))}, ` +
  `worst ${ms(quantile(numbers, 1))}`;

function rssMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? "0") / 1024;
}

const programs = await buildPrograms();
const folder = mkdtempSync(join(tmpdir(), "payout-overload-"));
const service = spawn(process.execPath, [programs.service], {
  cwd: folder,
  env: {
    PATH: process.env["PATH"],
    PORT: "0",
    PAYOUT_BOOTSTRAP_API_KEY: KEY,
    LOG_LEVEL: "info",
    DATABASE_URL: `file:${folder}/payouts.db`,
  },
});
service.stderr.pipe(process.stderr);
try {
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: service.stdout }).on("line", (line) => {
      const address = /"address":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  const post = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
    const response = await fetch(url + path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  };
  const { merchantId } = await post("/v1/merchants", { name: "Modest" });
  const scopes = ["payouts:write", "payouts:read"];
  const { secret: modestKey = "" } = await post("/v1/api-keys", { merchantId, scopes });
  const create = { url, path: "/v1/payouts", body: BODY };

  const warm = { ...create, key: KEY, connections: 32, rate: 0 };
  await runFlood({ ...warm, ms: 3000 });
  const calm = await runFlood({ ...warm, ms: 10_000 });
  const capacity = calm.accepted.length / 10;
  print(
    `it can take ${capacity.toFixed(0)} Creates a second (32 at once): ${spread(calm.accepted)}`,
  );
  const alone = await runFlood({
    ...create,
    key: modestKey,
    connections: 16,
    rate: 20,
    ms: 10_000,
  });
  print(`20 a second, alone: ${spread(alone.accepted)}`);

  const before = rssMb(service);
  let peak = before;
  const look = setInterval(() => {
    peak = Math.max(peak, rssMb(service));
  }, 250);
  const [storm, modest] = await Promise.all([
    runFlood({
      ...create,
      key: KEY,
      connections: 1000,
      rate: Math.round(capacity * times),
      ms: seconds * 1000,
    }),
    runFlood({ ...create, key: modestKey, connections: 64, rate: 20, ms: seconds * 1000 }),
  ]);
  clearInterval(look);
  const rate = storm.accepted.length / seconds;
  print(`${times} times as much for ${seconds} s, by one merchant:`);
  print(`  refused: ${spread(storm.refused)}`);
  print(
    `  accepted: ${spread(storm.accepted)} (${((rate / capacity) * 100).toFixed(0)} % of before)`,
  );
  print(
    `  not sent for want of a connection: ${storm.unsent}; else: ${JSON.stringify(storm.others)}`,
  );
  const share = (modest.accepted.length / (modest.accepted.length + modest.refused.length)) * 100;
  print(`  20 a second of another merchant meanwhile: ${share.toFixed(1)} % accepted`);
  print(`    accepted: ${spread(modest.accepted)}`);
  print(`  memory: ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most`);

  const list = async (key: string, status: string) => {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/v1/payouts?pageSize=1${status}`, { headers });
    return ((await response.json()) as { readonly payouts: readonly unknown[] }).payouts.length;
  };
  const open = ["REQUIRES_CREATION", "INITIATED", "PENDING"]
    .map((each) => `&status=${each}`)
    .join("");
  const waited = performance.now();
  while ((await list(KEY, open)) + (await list(modestKey, open)) > 0) {
    if (performance.now() - waited > 600_000) throw new Error("accepted payouts do not end");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  print(
    `  every accepted payout had ended ${((performance.now() - waited) / 1000).toFixed(1)} s later`,
  );
} finally {
  service.kill("SIGTERM");
  await once(service, "close");
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
}
