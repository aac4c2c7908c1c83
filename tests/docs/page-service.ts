import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A service of its own for one page. */
export interface PageService {
  readonly url: string;
  readonly apiKey: string;
  /** When it was started: milliseconds since 1970. */
  readonly startedAt: number;
  stop(): Promise<void>;
}

/** Short enough to wait for, long enough to see a payout under way. */
const SETTLE_MS = 500;

export async function startPageService(
  program: string,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<PageService> {
  const apiKey = `sk_test_${randomBytes(32).toString("base64url")}`;
  const startedAt = Date.now();
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: {
      PORT: "0",
      PAYOUT_BOOTSTRAP_API_KEY: apiKey,
      PAYOUT_SANDBOX_SETTLE_MS: String(SETTLE_MS),
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const url = await readyAddress(child, ended);
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { url, apiKey, startedAt, stop };
}

/** Where it listens. Rejects with what it wrote when it ends before that. */
async function readyAddress(child: ChildProcess, ended: Promise<unknown>): Promise<string> {
  const ready = Promise.withResolvers<string>();
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      if (lines.length < 50) lines.push(line);
      const [, address] = /"address":"([^"]+)".*"msg":"ready"/.exec(line) ?? [];
      if (address !== undefined) ready.resolve(address);
    });
  }
  ended.then(() => ready.reject(new Error(`the page's service ended:\n${lines.join("\n")}`)));
  return ready.promise;
}
