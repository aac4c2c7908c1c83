import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { startTestApp } from "../e2e/support/start-app.ts";

/** As it is built: it starts four times as fast as from its sources. */
const PROGRAM = join(dirname(inject("programs").service), "cli.js");

interface Ended {
  readonly code: number | null;
  readonly out: readonly string[];
  readonly err: string;
}

/** Runs the command as a process of its own. */
function payout(environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  const read = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    read.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    read.err += chunk.toString();
  });
  return new Promise((resolve) => {
    child.once("close", (code) =>
      resolve({ code, out: read.out.split("\n").filter((line) => line !== ""), err: read.err }),
    );
  });
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "payout-cli-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe("payout keys", () => {
  it("makes the first key on an empty database, and further ones of fewer scopes", async () => {
    const environment = { DATABASE_URL: `file:${await folder()}/payouts.db` };
    const early = await payout(environment, "keys", "create", "--scopes", "payouts:read");
    expect(early.code).toBe(64);
    const first = await payout(environment, "keys", "create");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toEqual([expect.stringMatching(/^sk_test_[\w-]{43}$/)]);
    const live = await payout(environment, "keys", "create", "--live");
    expect(live.out).toEqual([expect.stringMatching(/^sk_live_[\w-]{43}$/)]);
    const more = ["--name", "reports", "--scopes", "payouts:read, recipients", "--expires", "30"];
    const second = await payout(environment, "keys", "create", ...more);
    const { out } = await payout(environment, "keys", "list");
    expect(out).toHaveLength(3);
    expect(out.join("\n")).toMatch(/ACTIVE until .* \[payouts:read,recipients\] reports/);
    // What is printed once is printed nowhere else.
    for (const { out: shown } of [first, live, second]) {
      expect(out.join("\n")).not.toContain(shown[0]);
    }
  });

  it("makes a key of any merchant, whichever operator there is", async () => {
    const environment = { DATABASE_URL: `file:${await folder()}/payouts.db` };
    await payout(environment, "keys", "create", "--live");
    for (const mode of [["--live"], []]) {
      const [id = ""] = (await payout(environment, "merchants", "create", "Acme", ...mode)).out;
      const made = await payout(environment, "keys", "create", "--merchant", id);
      expect(made).toMatchObject({ code: 0, err: "" });
      expect(made.out[0]?.startsWith(mode.length > 0 ? "sk_live_" : "sk_test_")).toBe(true);
    }
  });

  it("makes and revokes a key that the running service knows at once", async () => {
    const app = await startTestApp();
    onTestFinished(() => app.stop());
    const { encryptionKeys, hashKey, databasePath } = app.config;
    const keys = encryptionKeys?.map(
      ({ id, key }) => `${id}:${Buffer.from(key).toString("base64")}`,
    );
    const environment = {
      DATABASE_URL: `file:${databasePath}`,
      PAYOUT_ENCRYPTION_KEYS: keys?.join(","),
      PAYOUT_HASH_KEY: Buffer.from(hashKey ?? "").toString("base64"),
    };
    const { out } = await payout(environment, "keys", "create", "--scopes", "payouts:read");
    const [key = ""] = out;
    const call = async () =>
      (await fetch(`${app.url}/v1/payouts`, { headers: { authorization: `Bearer ${key}` } }))
        .status;
    expect(await call()).toBe(200);
    const list = await payout(environment, "keys", "list");
    const [keyId = ""] = list.out.find((line) => line.includes(key.slice(-4)))?.split(" ") ?? [];
    const revoked = await payout(environment, "keys", "revoke", keyId, "--reason", "left");
    expect(revoked.out.join()).toContain("REVOKED");
    expect(await call()).toBe(401);
  });

  it("says what is wrong with what it was asked", async () => {
    const environment = { DATABASE_URL: `file:${await folder()}/payouts.db` };
    for (const [args, words] of [
      [["keys", "create", "--scopes", "everything"], "--scopes must be of payouts:write"],
      [["keys", "create", "--expires", "soon"], "--expires must be days"],
      [["keys", "revoke"], "usage: payout keys revoke KEY_ID"],
      [["keys", "frob"], "payout keys create"],
    ] as const) {
      const { code, err } = await payout(environment, ...args);
      expect(err).toContain(words);
      expect(code).toBe(64);
    }
    const config = await payout({ PAYOUT_LEASE_MS: "never" }, "keys", "list");
    expect(config.code).toBe(78);
    expect(config.err).toContain("PAYOUT_LEASE_MS");
  });
});
