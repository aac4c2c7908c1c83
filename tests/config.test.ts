import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Config, ConfigError, readConfig } from "../src/config.ts";

const KEY = `sk_test_${"a".repeat(32)}`;
const SECRET = randomBytes(32).toString("base64");

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("settings that are good", () => {
  test("none: every default", () => {
    expect(readConfig({})).toEqual({
      host: "127.0.0.1",
      port: 8080,
      databasePath: "data/payouts.db",
      bootstrapApiKey: null,
      encryptionKeys: null,
      hashKey: null,
      publicUrl: null,
      role: "all",
      answerWaitMs: 5000,
      leaseMs: 10_000,
      pollMs: 1000,
      connectorTimeoutMs: 8000,
      sandboxSettleMs: 2000,
      sandboxUrl: null,
      rateLimit: null,
      logLevel: "info",
      tls: null,
      corsOrigins: [],
      trustedProxies: [],
      production: false,
      webhookLoopback: false,
      connectors: { accounts: [], baseUrls: {} },
    } satisfies Config);
  });

  test("an empty one is an absent one, and the whole cannot be changed", () => {
    const config = readConfig({ PORT: "", PAYOUT_ROLE: "", PAYOUT_BOOTSTRAP_API_KEY: "" });
    expect(config).toEqual(readConfig({}));
    expect(Object.isFrozen(config)).toBe(true);
  });

  const good: readonly (readonly [name: string, value: string, read: Partial<Config>])[] = [
    ["HOST", "::", { host: "::" }],
    ["PORT", "0", { port: 0 }],
    ["PORT", "65535", { port: 65_535 }],
    ["DATABASE_URL", "file:/var/lib/payouts.db", { databasePath: "/var/lib/payouts.db" }],
    ["PAYOUT_BOOTSTRAP_API_KEY", KEY, { bootstrapApiKey: KEY }],
    [
      "PAYOUT_BOOTSTRAP_API_KEY",
      `sk_live_${"-_Z9".repeat(6)}`,
      { bootstrapApiKey: `sk_live_${"-_Z9".repeat(6)}` },
    ],
    [
      "PAYOUT_ENCRYPTION_KEYS",
      `new:${SECRET}, old-1:${SECRET}`,
      {
        encryptionKeys: ["new", "old-1"].map((id) => ({ id, key: Buffer.from(SECRET, "base64") })),
      },
    ],
    ["PAYOUT_HASH_KEY", SECRET, { hashKey: Buffer.from(SECRET, "base64") }],
    ["PAYOUT_PUBLIC_URL", "https://pay.example/a/", { publicUrl: "https://pay.example/a" }],
    ["PAYOUT_ROLE", "worker", { role: "worker" }],
    ["PAYOUT_RATE_LIMIT", "100/s", { rateLimit: { calls: 100, perMs: 1000 } }],
    ["PAYOUT_RATE_LIMIT", "600/min", { rateLimit: { calls: 600, perMs: 60_000 } }],
    ["PAYOUT_ANSWER_WAIT_MS", "0", { answerWaitMs: 0 }],
    ["PAYOUT_WEBHOOK_LOOPBACK", "true", { webhookLoopback: true }],
    ["PAYOUT_LEASE_MS", "300", { leaseMs: 300 }],
    ["PAYOUT_POLL_MS", "10", { pollMs: 10 }],
    ["PAYOUT_CONNECTOR_TIMEOUT_MS", "120000", { connectorTimeoutMs: 120_000 }],
    ["PAYOUT_SANDBOX_SETTLE_MS", "3600000", { sandboxSettleMs: 3_600_000 }],
    ["PAYOUT_SANDBOX_URL", "http://127.0.0.1:9000", { sandboxUrl: "http://127.0.0.1:9000" }],
    ["LOG_LEVEL", "silent", { logLevel: "silent" }],
    [
      "PAYOUT_CORS_ORIGINS",
      "https://a.example, http://localhost:3000",
      { corsOrigins: ["https://a.example", "http://localhost:3000"] },
    ],
    [
      "PAYOUT_TRUSTED_PROXIES",
      "10.0.0.0/8, 192.0.2.7,fd00::/8,::1",
      { trustedProxies: ["10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"] },
    ],
  ];
  for (const [name, value, read] of good) {
    test(`${name} ${name.endsWith("KEYS") || name.endsWith("KEY") ? "" : value}`, () => {
      expect(readConfig({ [name]: value })).toEqual({ ...readConfig({}), ...read });
    });
  }

  test("TLS takes both parts, production takes its keys", () => {
    const config = readConfig({
      NODE_ENV: "production",
      PAYOUT_TLS_CERT: "cert",
      PAYOUT_TLS_KEY: "key",
      PAYOUT_ENCRYPTION_KEYS: `k:${SECRET}`,
      PAYOUT_HASH_KEY: SECRET,
    });
    expect(config).toMatchObject({ production: true, tls: { cert: "cert", key: "key" } });
  });
});

describe("settings from files", () => {
  const readFile = (path: string): string => {
    if (path === "/run/secrets/key") return `${KEY}\n`;
    if (path === "/run/secrets/empty") return "\n";
    throw new Error("ENOENT");
  };

  test("NAME_FILE is read, without the last line's end", () => {
    const config = readConfig({ PAYOUT_BOOTSTRAP_API_KEY_FILE: "/run/secrets/key" }, readFile);
    expect(config.bootstrapApiKey).toBe(KEY);
    expect(readConfig({ PORT_FILE: "/run/secrets/empty" }, readFile).port).toBe(8080);
  });

  test("a file that cannot be read, and a setting given twice, are faults", () => {
    const read = () =>
      readConfig(
        { PORT_FILE: "/no/such", HOST: "a", HOST_FILE: "/run/secrets/key", LOG_LEVEL_FILE: "" },
        readFile,
      );
    expect(read).toThrow("HOST and HOST_FILE are both given; give one");
    expect(read).toThrow("PORT_FILE names a file that cannot be read");
  });
});

const WRONG: readonly (readonly [name: string, values: readonly string[], fault: RegExp])[] = [
  ["PORT", ["-1", "65536", "8080.5", "0x50", " 80", "1e3", "９"], /whole number from 0 to 65535/],
  [
    "DATABASE_URL",
    ["postgres://u:canary@db/p", "file:", "file::memory:", "file://host/p", "data/payouts.db"],
    /must be file: and a path/,
  ],
  [
    "PAYOUT_BOOTSTRAP_API_KEY",
    ["sk_test_canary", `pk_test_${"c".repeat(40)}`, `sk_test_${"c".repeat(40)}!`],
    /must begin with sk_test_ or sk_live_/,
  ],
  [
    "PAYOUT_ENCRYPTION_KEYS",
    ["canary", `a:${SECRET},a:${SECRET}`, "a:Y2FuYXJ5", `:${SECRET}`, `a:${SECRET},`],
    /must be id:base64 of 32 bytes/,
  ],
  ["PAYOUT_HASH_KEY", ["Y2FuYXJ5", "canary"], /must be base64 of 32 bytes/],
  [
    "PAYOUT_PUBLIC_URL",
    ["pay.example", "ftp://pay.example", "https://pay.example/?canary=1"],
    /absolute http or https URL/,
  ],
  ["PAYOUT_ROLE", ["API", "canary"], /must be one of all, api, worker/],
  ["PAYOUT_ANSWER_WAIT_MS", ["60001", "5s"], /from 0 to 60000/],
  ["PAYOUT_WEBHOOK_LOOPBACK", ["yes", "TRUE", "1"], /must be one of true, false/],
  ["PAYOUT_LEASE_MS", ["299", "600001"], /from 300 to 600000/],
  ["PAYOUT_POLL_MS", ["9", "60001"], /from 10 to 60000/],
  ["PAYOUT_CONNECTOR_TIMEOUT_MS", ["99", "120001"], /from 100 to 120000/],
  ["PAYOUT_SANDBOX_SETTLE_MS", ["3600001", "99999999999"], /from 0 to 3600000/],
  ["PAYOUT_SANDBOX_URL", ["unix:/canary"], /absolute http or https URL/],
  ["LOG_LEVEL", ["verbose", "INFO"], /must be one of fatal, error/],
  [
    "PAYOUT_TRUSTED_PROXIES",
    [
      "loopback",
      "10.0.0.0/33",
      "fd00::/129",
      "10.0.0",
      "10.0.0.1/",
      "10.0.0.1/08",
      "::1%eth0",
      "*",
    ],
    /must be IP addresses and networks/,
  ],
  [
    "PAYOUT_CORS_ORIGINS",
    ["*", "https://a.example/", "a.example", "https://a.example,canary"],
    /must be origins such as/,
  ],
  ["PAYOUT_RATE_LIMIT", ["10", "0/s", "10/h", "-1/s", "1.5/s"], /must be off, or calls/],
  ["PAYOUT_CONNECTOR_STRIPE_SECRET_KEY", ["canary"], /is not a setting of this version/],
  ["PAYOUT_POL_MS", ["100"], /is not a setting of this version/],
  ["PAYOUT_TLS_CERT", ["canary"], /must be given together/],
  ["PAYOUT_TLS_KEY", ["canary"], /must be given together/],
];

test("off is no rate limit, an empty setting is none, and a file can hold one", () => {
  const read = (environment: Record<string, string>) => () => readConfig(environment, () => "100");
  expect(read({ PAYOUT_RATE_LIMIT: "off" })().rateLimit).toBeNull();
  expect(read({ PAYOUT_POLL_MS_FILE: "/run/poll" })().pollMs).toBe(100);
});

describe("settings that are wrong", () => {
  for (const [name, values, fault] of WRONG) {
    test(`${name}: one fault, which names it and no value`, () => {
      for (const value of values) {
        const faults = faultsOf({ [name]: value });
        expect({ value, faults }).toEqual({ value, faults: [expect.stringMatching(fault)] });
        expect(faults[0]).toContain(name);
        expect(faults[0]).not.toMatch(/canary|Y2FuYXJ5/);
        expect(faults[0]).not.toContain(SECRET);
      }
    });
  }

  test("production without its keys", () => {
    expect(faultsOf({ NODE_ENV: "production" })).toEqual([
      "PAYOUT_ENCRYPTION_KEYS is required when NODE_ENV is production",
      "PAYOUT_HASH_KEY is required when NODE_ENV is production",
    ]);
  });

  test("all of them are told in one message", () => {
    const environment = Object.fromEntries(
      WRONG.filter(([name]) => name !== "PAYOUT_TLS_KEY").map(([name, [value = ""]]) => [
        name,
        value,
      ]),
    );
    const faults = faultsOf(environment);
    expect(faults).toHaveLength(WRONG.length - 1);
    expect(() => readConfig(environment)).toThrow(faults.map((each) => `  - ${each}`).join("\n"));
  });
});

describe("the process", () => {
  const folder = mkdtempSync(join(tmpdir(), "payout-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it until it ends by itself. */
  function run(environment: Readonly<Record<string, string>>) {
    return new Promise<{ readonly code: number | null; readonly output: string }>((resolve) => {
      const child = spawn(process.execPath, ["src/main.ts"], {
        env: { PATH: process.env["PATH"] ?? "", ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
      });
      child.stderr.on("data", (chunk) => {
        output += chunk;
      });
      child.once("close", (code) => resolve({ code, output }));
    });
  }

  test("ends with 78 and says every fault, and no value", async () => {
    const secret = join(folder, "secret");
    writeFileSync(secret, "canary-in-a-file");
    const { code, output } = await run({
      PORT: "canary",
      LOG_LEVEL: "canary",
      PAYOUT_BOOTSTRAP_API_KEY_FILE: secret,
      PAYOUT_HASH_KEY: "canary",
    });
    expect(code).toBe(78);
    for (const name of ["PORT", "LOG_LEVEL", "PAYOUT_BOOTSTRAP_API_KEY", "PAYOUT_HASH_KEY"]) {
      expect(output).toContain(`  - ${name} must`);
    }
    expect(output).not.toContain("canary");
  });

  test("refuses production without its keys", async () => {
    const { code, output } = await run({ NODE_ENV: "production" });
    expect(code).toBe(78);
    expect(output).toContain("PAYOUT_ENCRYPTION_KEYS is required");
  });

  test("ends with 1 when it cannot start for another reason", async () => {
    writeFileSync(join(folder, "file"), "");
    const { code, output } = await run({
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "file", "payouts.db")}`,
    });
    expect(code).toBe(1);
    expect(output).toContain("could not start");
  });
});
