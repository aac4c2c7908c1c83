import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WireNewsPage, WireTransferPage } from "../../src/sandbox-processor/wire.ts";
import { order } from "./bench.ts";

const MAIN = new URL("../../src/sandbox-processor/main.ts", import.meta.url).pathname;

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-process-"));
});
afterEach(async () => {
  await end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function launch(environment: Record<string, string> = {}): ChildProcess {
  child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN], {
    env: {
      PATH: process.env["PATH"],
      SANDBOX_PORT: "0",
      SANDBOX_DATABASE: join(folder, "deep", "sandbox.db"),
      PAYOUT_SANDBOX_SETTLE_MS: "50",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return child;
}

/** Starts the process and returns its base URL once it says that it is ready. */
async function start(environment?: Record<string, string>): Promise<string> {
  const { stdout } = launch(environment);
  const [line] = await once(stdout as NonNullable<typeof stdout>, "data");
  return /ready on (\S+)/.exec(String(line))?.[1] ?? "";
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const ending = child;
  child = undefined;
  if (ending === undefined) return null;
  const exit = once(ending, "exit");
  if (ending.exitCode === null && ending.signalCode === null) ending.kill(signal);
  else return ending.exitCode;
  return (await exit)[0];
}

function post(url: string, path: string, body: object, key = ""): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key && { "idempotency-key": key }) },
    body: JSON.stringify(body),
  });
}

async function readJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

describe("the processor as a process", () => {
  it("remembers after kill -9: transfers, answers, refusals, and news that nobody took", async () => {
    let url = await start();
    await post(url, "/transfers", order({ scenario: "timeout_after_accept" }), "lost").catch(
      () => undefined,
    );
    const refusal = await post(url, "/transfers", order({ scenario: "unavailable" }), "away");
    expect([refusal.status, refusal.headers.get("x-sandbox-nothing-happened")]).toEqual([503, "1"]);
    const first = await (await post(url, "/transfers", order(), "plain")).json();
    await end("SIGKILL");

    url = await start();
    expect((await post(url, "/transfers", order(), "plain")).status).toBe(200);
    expect(await (await post(url, "/transfers", order(), "plain")).json()).toEqual(first);
    expect((await post(url, "/transfers", order({ scenario: "unavailable" }), "away")).status).toBe(
      503,
    );
    expect((await post(url, "/transfers", order({ scenario: "unavailable" }), "away")).status).toBe(
      200,
    );
    const ledger = await readJson<WireTransferPage>(`${url}/transfers`);
    expect(ledger.transfers.map((transfer) => transfer.idempotency_key)).toEqual([
      "away",
      "plain",
      "lost",
    ]);
    await expect
      .poll(async () => {
        const { news } = await readJson<WireNewsPage>(`${url}/news`);
        return news.map((item) => item.transfer.idempotency_key).sort();
      })
      .toEqual(["away", "lost", "plain"]);
    expect(await end("SIGTERM")).toBe(0);
  }, 20_000);

  it("refuses what is no JSON request, and bodies that are too large", async () => {
    const url = await start();
    const plain = await fetch(`${url}/transfers`, { method: "POST", body: "{}" });
    expect(plain.status).toBe(415);
    expect((await fetch(`${url}/transfers`, { method: "DELETE" })).status).toBe(405);
    const large = await post(url, "/transfers", { x: "x".repeat(100_000) }, "k");
    expect(large.status).toBe(413);
    expect((await fetch(`${url}/transfers`)).status).toBe(200);
  }, 20_000);

  it("names every fault of its environment and exits with 78", async () => {
    const process = launch({ SANDBOX_PORT: "a", PAYOUT_SANDBOX_SETTLE_MS: "-1" });
    let complaint = "";
    process.stderr?.on("data", (chunk) => {
      complaint += chunk;
    });
    const [code] = await once(process, "close");
    expect(code).toBe(78);
    expect(complaint).toContain("SANDBOX_PORT");
    expect(complaint).toContain("PAYOUT_SANDBOX_SETTLE_MS");
  }, 20_000);

  it("exits with 1 when the port is taken", async () => {
    const url = await start();
    const holder = child;
    const second = launch({ SANDBOX_PORT: new URL(url).port });
    expect((await once(second, "exit"))[0]).toBe(1);
    child = holder;
  }, 20_000);
});
