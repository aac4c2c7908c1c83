import { execFile } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as { bin: Record<string, string> };
const dist = dirname(inject("programs").service);

test.each(Object.entries(bin))(
  "%s starts as npm links it, without naming Node",
  async (_name, path) => {
    const program = resolve(dist, "..", path);
    // npm does this to what `bin` names.
    chmodSync(program, 0o755);
    // A setting that cannot be meant ends the service before it does anything.
    const env = {
      ...process.env,
      PORT: "none",
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    };
    const { code, stdout, stderr } = await promisify(execFile)(program, [], {
      env,
      cwd: join(dist, ".."),
    }).catch((error) => error);
    expect(stderr + stdout).toMatch(/PORT|payouts create/);
    expect(code ?? 0).not.toBe(2);
  },
);
