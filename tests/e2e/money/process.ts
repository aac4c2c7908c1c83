import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, inject, onTestFinished } from "vitest";
import { refusalsAreDocumented } from "../support/documented-refusals.ts";

/** The key that every service of these tests is started with. */
export const API_KEY = `sk_test_${"m".repeat(32)}`;

/** Short enough to wait for, long enough to see a payout under way. */
export const SETTLE_MS = 600;

type Environment = Readonly<Record<string, string>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A built program in a process of its own. */
export class Running {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #looks = new Set<(line: string) => void>();
  readonly ended: Promise<Exit>;
  /** Where it listens. */
  url = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    // "close" comes after the last byte of output.
    this.ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        for (const look of this.#looks) look(line);
      });
    }
  }

  /** Everything that it has written so far, a line each. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get output(): string {
    return this.#lines.join("\n");
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with what `find` makes of the next line that it knows. Rejects when the process ends first. */
  async until<T>(find: (line: string) => T | undefined): Promise<T> {
    const found = Promise.withResolvers<T>();
    const look = (line: string) => {
      const value = find(line);
      if (value !== undefined) found.resolve(value);
    };
    this.#looks.add(look);
    const early = this.ended.then(({ code }) => {
      throw new Error(`the process ended with ${code} before that:\n${this.output}`);
    });
    try {
      return await Promise.race([found.promise, early]);
    } finally {
      this.#looks.delete(look);
    }
  }

  /** As when the reader of a pipe dies: what is written from now on is an error of the writer's. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and resolves with how the process ended. */
  async end(signal: NodeJS.Signals): Promise<Exit> {
    if (this.isRunning) this.#child.kill(signal);
    return this.ended;
  }
}

/** A folder for one service's data, and what runs on it; all of it is gone after the tests. */
export class Workbench {
  readonly folder = mkdtempSync(join(tmpdir(), "payout-money-"));
  readonly databasePath = join(this.folder, "payouts.db");
  readonly ledgerPath = join(this.folder, "sandbox.db");
  readonly #running: Running[] = [];

  /** Starts the service on the folder and resolves once it says that it is ready. */
  async service(environment: Environment = {}): Promise<Running> {
    const service = this.#launch(inject("programs").service, {
      DATABASE_URL: `file:${this.databasePath}`,
      PORT: "0",
      PAYOUT_BOOTSTRAP_API_KEY: API_KEY,
      PAYOUT_SANDBOX_SETTLE_MS: String(SETTLE_MS),
      PAYOUT_POLL_MS: "100",
      PAYOUT_LEASE_MS: "1500",
      ...environment,
    });
    service.url = await service.until(readyAddress);
    return service;
  }

  /** Starts the sandbox processor on the folder, in a process of its own. */
  async sandbox(environment: Environment = {}): Promise<Running> {
    const sandbox = this.#launch(inject("programs").processor, {
      SANDBOX_PORT: "0",
      SANDBOX_DATABASE: this.ledgerPath,
      PAYOUT_SANDBOX_SETTLE_MS: String(SETTLE_MS),
      ...environment,
    });
    sandbox.url = await sandbox.until((line) => /ready on (\S+)/.exec(line)?.[1]);
    return sandbox;
  }

  #launch(program: string, environment: Environment): Running {
    const child = spawn(process.execPath, [program], {
      cwd: this.folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const running = new Running(child);
    this.#running.push(running);
    return running;
  }

  /** What every process on this folder has written. */
  get output(): string {
    return this.#running.map(({ output }) => output).join("\n");
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.end("SIGKILL")));
    rmSync(this.folder, { recursive: true, force: true });
    await refusalsAreDocumented(this.#running.flatMap(({ lines }) => lines));
  }
}

/** A workbench for the tests of a file or block; opened outside of tests. */
export function openWorkbench(): Workbench {
  const bench = new Workbench();
  afterAll(() => bench.close());
  return bench;
}

/** A workbench for the test that runs. */
export function openOwnWorkbench(): Workbench {
  const bench = new Workbench();
  onTestFinished(() => bench.close());
  return bench;
}

function readyAddress(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  const { msg, address } = JSON.parse(line) as { msg?: string; address?: string };
  return msg === "ready" ? address : undefined;
}
