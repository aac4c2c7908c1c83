import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import type { Workbench } from "../money/process.ts";
import { Running } from "../money/process.ts";

/** `id:base64 of 32 random bytes`. */
export function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString("base64")}`;
}

/** Starts `payout encryption ...` on a workbench's database, in a process of its own. */
export function startCommand(
  { databasePath, folder }: Workbench,
  verb: "rotate" | "status",
  keys: string,
): Running {
  const program = join(dirname(inject("programs").service), "cli.js");
  return new Running(
    spawn(process.execPath, [program, "encryption", verb], {
      cwd: folder,
      env: { DATABASE_URL: `file:${databasePath}`, PAYOUT_ENCRYPTION_KEYS: keys },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

/** The same, to its end. */
export async function command(bench: Workbench, verb: "rotate" | "status", keys: string) {
  const running = startCommand(bench, verb, keys);
  const { code } = await running.ended;
  return { code, lines: running.lines, output: running.output };
}
