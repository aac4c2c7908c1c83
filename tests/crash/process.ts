import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";

/** A start that takes longer than this is a fault (milliseconds). */
const START_MS = 30_000;

export interface ProgramOptions {
  readonly name: string;
  /** The JavaScript file. */
  readonly path: string;
  readonly folder: string;
  /** The environment of the next start; `portVariable` is added to it. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly portVariable: string;
  /** The address in the line that says that it is ready. */
  readonly readyAddress: (line: string) => string | undefined;
}

/**
 * A program that runs as one real process after another: killed, paused and started again, always on
 * the port of its first start. All that it writes goes to a log file.
 */
export class Program {
  readonly name: string;
  readonly logPath: string;
  /** What no program may do: end by itself, or not get ready. */
  readonly faults: string[] = [];
  readonly #options: ProgramOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();
  #wanted = false;
  #state: "down" | "starting" | "up" | "paused" = "down";
  #port = 0;
  readonly #orphan = () => this.#child?.kill("SIGKILL");

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.name = options.name;
    this.logPath = `${options.folder}/${options.name}.log`;
    this.#log = createWriteStream(this.logPath, { flags: "a" });
    // Whoever ends the test, by Ctrl-C for one, ends its processes too.
    process.once("exit", this.#orphan);
  }

  get state(): "down" | "starting" | "up" | "paused" {
    return this.#state;
  }

  /** 0 before the first start. */
  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Whether any of its processes has written this so far. */
  logged(text: string): boolean {
    return readFileSync(this.logPath, "utf8").includes(text);
  }

  /** Resolves when it says that it is ready, or has been killed before. Its end by itself is a fault. */
  async start(): Promise<void> {
    const { path, folder, environment, portVariable, readyAddress } = this.#options;
    this.#wanted = true;
    this.#state = "starting";
    const child = spawn(process.execPath, [path], {
      cwd: folder,
      env: { ...environment(), [portVariable]: String(this.#port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const ready = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#log.write(`${line}\n`);
        const address = readyAddress(line);
        if (address === undefined) return;
        this.#port = Number(new URL(address).port);
        if (this.#state === "starting") this.#state = "up";
        ready.resolve();
      });
    }
    this.#ended = once(child, "close").then(([code, signal]) => {
      if (this.#wanted) this.faults.push(`${this.name} ended by itself with ${code ?? signal}`);
      this.#wanted = false;
      this.#state = "down";
      ready.resolve();
    });
    const slow = setTimeout(() => {
      this.faults.push(`${this.name} was not ready after ${START_MS} ms`);
      ready.resolve();
    }, START_MS);
    await ready.promise;
    clearTimeout(slow);
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#wanted = false;
    // At once, so that nobody kills the same process again.
    this.#state = "down";
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  /** SIGSTOP. */
  pause(): void {
    this.#state = "paused";
    this.#child?.kill("SIGSTOP");
  }

  /** SIGCONT. */
  resume(): void {
    if (this.#state === "paused") this.#state = "up";
    this.#child?.kill("SIGCONT");
  }

  /** SIGTERM; resolves with the exit code when it is gone, null for an end by a signal. */
  async stop(): Promise<number | null> {
    this.#wanted = false;
    this.#child?.kill("SIGTERM");
    await this.#ended;
    return this.#child?.exitCode ?? null;
  }

  /** Kills it for good and closes its log. */
  async close(): Promise<void> {
    process.off("exit", this.#orphan);
    await this.kill();
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }
}
