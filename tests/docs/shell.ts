import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Status of the first command that failed, or of the last one. */
  readonly status: number;
  /** Line of the command that failed, from 1; null when none did. */
  readonly failedLine: number | null;
}

/** One bash for the fences of a page: variables, the folder and background jobs live on between them. */
export class Shell {
  readonly #bash: ChildProcess;
  readonly #notes: string;
  readonly #ended: Promise<unknown>;
  readonly #statuses: AsyncIterator<string>;
  #count = 0;

  /** @param notes a folder for scripts and outputs, outside of what the page sees */
  constructor(folder: string, notes: string, environment: Readonly<Record<string, string>>) {
    this.#notes = notes;
    mkdirSync(notes, { recursive: true });
    this.#bash = spawn("bash", ["--noprofile", "--norc"], {
      cwd: folder,
      env: environment,
      stdio: ["pipe", "ignore", "ignore", "pipe"],
      // A process group of its own, so that what the page started ends with the page.
      detached: true,
    });
    this.#ended = once(this.#bash, "close");
    const statuses = createInterface({ input: this.#bash.stdio[3] as Readable });
    this.#statuses = statuses[Symbol.asyncIterator]();
  }

  /** Runs one fence. Rejects when it takes longer than that, or ends the shell. */
  async run(script: string, limitMs: number): Promise<Ran> {
    this.#count += 1;
    const file = join(this.#notes, `${this.#count}`);
    writeFileSync(`${file}.sh`, `${script}\n`);
    writeFileSync(`${file}.failed`, "");
    const trap = `printf '%s %s\\n' "$?" "$LINENO" >>'${file}.failed'`;
    const command = [
      `trap '${trap.replaceAll("'", `'\\''`)}' ERR`,
      `source '${file}.sh' >'${file}.out' 2>'${file}.err' </dev/null`,
      `__status=$?; trap - ERR; echo "$__status" >&3`,
    ];
    (this.#bash.stdin as Writable).write(`${command.join("\n")}\n`);
    const status = await this.#status(limitMs);
    const [failed = ""] = readFileSync(`${file}.failed`, "utf8").split("\n");
    const [failedStatus, failedLine] = failed.split(" ").map(Number);
    return {
      stdout: readFileSync(`${file}.out`, "utf8"),
      stderr: readFileSync(`${file}.err`, "utf8"),
      status: failed === "" ? status : (failedStatus ?? status),
      failedLine: failed === "" ? null : (failedLine ?? null),
    };
  }

  async #status(limitMs: number): Promise<number> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`took over ${limitMs} ms`)), limitMs);
    try {
      const { value, done } = await Promise.race([this.#statuses.next(), late.promise]);
      if (done === true) throw new Error("ended the shell");
      return Number(value);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the shell and all that it started. */
  async close(): Promise<void> {
    const { pid } = this.#bash;
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // Nothing of it runs any more.
    }
    await this.#ended;
  }
}
