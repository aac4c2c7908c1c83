import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

/** The service as npm packs, installs and links it, on a machine that has nothing of the repository. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What is not bundled: a native module stays where npm put it. */
const NATIVE = "better-sqlite3";
/** No other settings than the test's, and no other Node than this one. */
const ENVIRONMENT = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
const KEY = `sk_test_${randomBytes(24).toString("base64url")}`;

const execute = promisify(execFile);
let folder: string;
let service: ChildProcess | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "payout-installed-"));
  const source = join(folder, "source");
  mkdirSync(source);
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const name of ["package.json", "README.md", "LICENSE", ...manifest.files]) {
    const from = name === "dist" ? dirname(inject("programs").service) : join(ROOT, name);
    cpSync(from, join(source, name), { recursive: true });
  }
  const npm = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await execute("npm", npm, { cwd: source });
  const [{ filename }] = JSON.parse(stdout);
  const home = join(folder, "node_modules", manifest.name);
  mkdirSync(home, { recursive: true });
  await execute("tar", ["-xzf", join(folder, filename), "-C", home, "--strip-components=1"]);
  rmSync(source, { recursive: true });
  symlinkSync(join(ROOT, "node_modules", NATIVE), join(folder, "node_modules", NATIVE));
  mkdirSync(join(folder, "node_modules/.bin"));
  for (const [name, path] of Object.entries<string>(manifest.bin)) {
    chmodSync(join(home, path), 0o755);
    symlinkSync(join(home, path), join(folder, "node_modules/.bin", name));
  }
}, 60_000);
afterAll(async () => {
  if (service !== undefined && service.exitCode === null) {
    service.kill();
    await once(service, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

const program = (name: string) => join(folder, "node_modules/.bin", name);

test("payout-service starts, and has its pages, its API document and its database with it", async () => {
  const env = { ...ENVIRONMENT, PORT: "0", PAYOUT_BOOTSTRAP_API_KEY: KEY };
  service = spawn(program("payout-service"), [], { cwd: folder, env });
  const url = await addressOf(service);
  for (const path of ["/readyz", "/", "/docs", "/openapi.json", "/l/none"]) {
    const answer = await fetch(url + path);
    const text = await answer.text();
    expect(`${path} ${answer.status}`).toMatch(path === "/l/none" ? /404$/ : /200$/);
    // What a page loads is there.
    for (const [, asset = ""] of text.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)) {
      expect(`${asset} ${(await fetch(url + asset)).status}`).toBe(`${asset} 200`);
    }
  }
  const { stdout } = await execute(program("payout"), ["payouts", "list"], {
    cwd: folder,
    env: { ...ENVIRONMENT, PAYOUT_API_URL: url, PAYOUT_API_KEY: KEY },
  });
  expect(stdout).toBe("");
});

/** Where it listens, as its log says. @throws when it ends before */
async function addressOf(process: ChildProcess): Promise<string> {
  if (process.stdout === null || process.stderr === null) throw new Error("no output");
  let complaints = "";
  process.stderr.on("data", (text) => {
    complaints += String(text);
  });
  for await (const line of createInterface({ input: process.stdout })) {
    const { address } = /^\{.*"msg":"ready"\}$/.test(line) ? JSON.parse(line) : {};
    if (address !== undefined) return address;
  }
  throw new Error(`it ended: ${complaints}`);
}
