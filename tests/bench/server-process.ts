import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A start that takes longer than this is a fault (milliseconds): a migration may be in it. */
const START_MS = 600_000;
/** How often its log is looked at until it is ready (milliseconds). */
const LOOK_MS = 5;
/** Clock ticks of /proc in a second: fixed for user space on Linux. */
const TICKS = 100;

/** The key that every service of the bench is started with: its first merchant's. */
export const API_KEY = `sk_test_${"b".repeat(40)}`;

export function databasePath(folder: string): string {
  return join(folder, "payouts.db");
}

interface ServerOptions {
  readonly name: string;
  /** The program, JavaScript or TypeScript. */
  readonly path: string;
  /** Where it runs and writes its log. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A server as a process of its own. What it writes goes to a file and not through this process, which
 * makes the load and must not read logs meanwhile.
 */
export class ServerProcess {
  /** Addresses by name, as the server has told them: one line of JSON with `"msg":"ready"`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** From the start of the process until it was ready (milliseconds). */
  readonly readyMs: number;
  readonly #child: ChildProcess;
  readonly #orphan: () => void;

  private constructor(
    child: ChildProcess,
    orphan: () => void,
    ready: { readonly addresses: Readonly<Record<string, string>>; readonly readyMs: number },
  ) {
    this.#child = child;
    this.#orphan = orphan;
    this.addresses = ready.addresses;
    this.readyMs = ready.readyMs;
  }

  static async start({ name, path, folder, environment }: ServerOptions): Promise<ServerProcess> {
    const logPath = join(folder, `${name}.log`);
    const log = openSync(logPath, "w");
    const began = performance.now();
    const child = spawn(process.execPath, [path], {
      cwd: folder,
      env: { ...environment, PORT: "0" },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const orphan = () => child.kill("SIGKILL");
    // Whoever ends the bench, by Ctrl-C for one, ends its servers too.
    process.once("exit", orphan);
    for (;;) {
      const readyMs = performance.now() - began;
      const addresses = addressesIn(readFileSync(logPath, "utf8"));
      if (addresses !== undefined) return new ServerProcess(child, orphan, { addresses, readyMs });
      if (child.exitCode !== null || readyMs > START_MS) {
        child.kill("SIGKILL");
        throw new Error(`${name} did not start: ${readFileSync(logPath, "utf8")}`);
      }
      await pause(LOOK_MS);
    }
  }

  /** The shipped build of the service on a folder, with the sandbox processor in process. */
  static service(options: {
    readonly path: string;
    readonly folder: string;
    readonly settings?: Readonly<Record<string, string>>;
  }): Promise<ServerProcess> {
    const { path, folder, settings = {} } = options;
    const environment = {
      DATABASE_URL: `file:${databasePath(folder)}`,
      PAYOUT_BOOTSTRAP_API_KEY: API_KEY,
      ...settings,
    };
    return ServerProcess.start({ name: "service", path, folder, environment });
  }

  /** The one address of a server that has one. */
  get url(): string {
    return this.addresses["address"] ?? "";
  }

  /** CPU time that the process has taken so far, its own and the kernel's for it (milliseconds). */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold spaces: the fields are counted behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
  }

  /** Memory that the process holds (bytes), and how much of it is pages of mapped files. */
  memory(): { readonly resident: number; readonly ofFiles: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    const kib = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
    return { resident: kib("VmRSS") * 1024, ofFiles: kib("RssFile") * 1024 };
  }

  /** SIGTERM; resolves when it is gone. */
  async stop(): Promise<void> {
    process.off("exit", this.#orphan);
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
  }
}

function addressesIn(log: string): Readonly<Record<string, string>> | undefined {
  const line = log.split("\n").find((each) => each.includes('"msg":"ready"'));
  return line?.endsWith("}") ? (JSON.parse(line) as Record<string, string>) : undefined;
}
