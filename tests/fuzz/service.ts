import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type ToService = "measure" | "stop";
export type FromService =
  | { readonly kind: "ready"; readonly url: string; readonly keys: readonly string[] }
  | { readonly kind: "fault"; readonly text: string }
  | ({ readonly kind: "memory" } & Memory);

/** Bytes, after a garbage collection. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

const CHILD = fileURLToPath(new URL("./service-child.ts", import.meta.url));
const START_MS = 60_000;
const STOP_MS = 26_000;

/** A service under attack. What it must not do is gathered in `faults`. */
export class Service {
  readonly folder: string;
  readonly url: string;
  /** Of the first merchant; of another one; of the first that reads payouts only. */
  readonly keys: readonly string[];
  readonly faults: string[];
  readonly #child: ChildProcess;

  private constructor(folder: string, child: ChildProcess, ready: Ready, faults: string[]) {
    this.folder = folder;
    this.url = ready.url;
    this.keys = ready.keys;
    this.faults = faults;
    this.#child = child;
  }

  static async start(): Promise<Service> {
    const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
    const faults: string[] = [];
    const child = fork(CHILD, [folder, `sk_test_${"fuzz".repeat(10)}abc`], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [],
    });
    process.once("exit", () => child.kill("SIGKILL"));
    child.stderr?.on("data", (text) => faults.push(`wrote to stderr: ${text}`));
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.on("message", (message: FromService) => {
        if (message.kind === "ready") resolve(message);
        if (message.kind === "fault") faults.push(message.text);
      });
      child.once("exit", (code, signal) => {
        faults.push(`the service ended with ${code ?? signal}`);
        reject(new Error(faults.join("\n")));
      });
      setTimeout(() => reject(new Error("the service did not start")), START_MS).unref();
    });
    return new Service(folder, child, ready, faults);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async measure(): Promise<Memory> {
    const answer = new Promise<Memory>((resolve) => {
      const listen = (message: FromService) => {
        if (message.kind !== "memory") return;
        this.#child.off("message", listen);
        resolve(message);
      };
      this.#child.on("message", listen);
    });
    this.#child.send("measure" satisfies ToService);
    return answer;
  }

  /** Stops it in order and deletes its folder. Answers whether it ended as it should. */
  async stop(): Promise<boolean> {
    if (this.isRunning) {
      this.#child.removeAllListeners("exit");
      const gone = once(this.#child, "exit");
      const late = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
      this.#child.send("stop" satisfies ToService);
      await gone;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
    return this.#child.exitCode === 0;
  }
}

type Ready = Extract<FromService, { kind: "ready" }>;
