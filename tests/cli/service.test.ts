import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";

/** As it is built: it starts four times as fast as from its sources. */
const PROGRAM = join(dirname(inject("programs").service), "cli.js");

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: {
      PATH: process.env["PATH"],
      PAYOUT_API_URL: app.url,
      PAYOUT_API_KEY: app.apiKey,
      ...environment,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Runs a command to its end. */
async function payout(
  args: readonly string[],
  { input = "", ...environment }: NodeJS.ProcessEnv = {},
) {
  const child = start(args, environment);
  const read = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    read.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    read.err += chunk.toString();
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, ...read };
}

const REQUEST = JSON.stringify({
  amount: { minorAmount: "1050", currency: "USD" },
  payoutMethodData: { venmo: { phone: "+12025550123" } },
  merchantPayoutId: "cli-1",
  metadata: { sandbox_scenario: "manual" },
});

describe("payout payouts", () => {
  it("creates one from standard input, gets it by either name, lists and voids it", async () => {
    const created = await payout(["payouts", "create", "--key", "once"], { input: REQUEST });
    expect(created).toMatchObject({ code: 0, err: "" });
    const { payoutId } = JSON.parse(created.out) as { payoutId: string };
    const again = await payout(["payouts", "create", "--key", "once"], { input: REQUEST });
    expect(JSON.parse(again.out)).toMatchObject({ payoutId });

    for (const name of [payoutId, "cli-1"]) {
      const got = await payout(["payouts", "get", name]);
      expect(JSON.parse(got.out)).toMatchObject({ payoutId, attempts: [{ number: 1 }] });
    }
    const list = await payout(["payouts", "list", "--status", "pending", "--limit", "1"]);
    expect(list.out).toMatch(
      new RegExp(`^${payoutId} PENDING +10\\.50 USD sandbox +\\S+ cli-1\\n$`),
    );
    const voided = await payout(["payouts", "void", payoutId, "--reason", "a mistake"]);
    expect(voided.code).toBe(0);
    expect(JSON.parse(voided.out)).toMatchObject({ status: "CANCELLED" });
  });

  it("says what is wrong, by its field, and how to try the same payout again", async () => {
    const none = await payout(["payouts", "create"], { input: '{"amount":{"minorAmount":"1"}}' });
    expect(none.code).toBe(1);
    expect(none.err).toMatch(
      /^to try the same payout again: --key [0-9a-f-]{36}\nVALIDATION_FAILED/,
    );
    const typo = await payout(["payouts", "create"], { input: '{"ammount":1}' });
    expect(typo).toMatchObject({ code: 64, err: expect.stringContaining("ammount") });
    const status = await payout(["payouts", "list", "--status", "lost"]);
    expect(status).toMatchObject({ code: 64, err: expect.stringContaining("REQUIRES_CREATION") });
    const missing = await payout(["payouts", "get", "nowhere"]);
    expect(missing).toMatchObject({ code: 1, err: expect.stringMatching(/^PAYOUT_NOT_FOUND/) });
  });

  it("needs a key, and a service", async () => {
    const without = await payout(["payouts", "list"], { PAYOUT_API_KEY: "" });
    expect(without).toMatchObject({ code: 78, err: expect.stringContaining("PAYOUT_API_KEY") });
    const wrong = await payout(["payouts", "list"], { PAYOUT_API_KEY: "sk_test_wrong" });
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/^API_KEY_INVALID/) });
    const nobody = await payout(["payouts", "list"], { PAYOUT_API_URL: "http://127.0.0.1:9" });
    expect(nobody.code).toBe(1);
  });
});

describe("payout trigger", () => {
  it.each([
    ["instant_success", "SUCCESS"],
    ["decline", "FAILED"],
    ["account_closed", "FAILED"],
    ["cancelled", "CANCELLED"],
    ["return_after_success", "REVERSED"],
    ["expired", "EXPIRED"],
  ])("%s ends as %s", async (scenario, status) => {
    const { code, out } = await payout(["trigger", scenario]);
    expect(out).toContain(` ${status} `);
    expect(code).toBe(0);
  });

  it("knows no other scenario", async () => {
    expect(await payout(["trigger", "miracle"])).toMatchObject({
      code: 64,
      err: expect.stringContaining("SCENARIO must be of success,"),
    });
  });
});

describe("payout listen", () => {
  it("prints events, and sends them on so that the official library accepts them", async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const verifier = new Webhook(secret);
    const taken: { type: string }[] = [];
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const headers = request.headers as Record<string, string>;
        taken.push(verifier.verify(Buffer.concat(chunks), headers) as { type: string });
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void receiver.close());
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;

    const { events } = (await (
      await fetch(`${app.url}/v1/events?page_size=1`, {
        headers: { authorization: `Bearer ${app.apiKey}` },
      })
    ).json()) as { events: { eventId: string }[] };
    const after = events[0]?.eventId ?? "";
    const child = start(["listen", "--forward", url, "--secret", secret, "--after", after]);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await payout(["trigger", "instant_success"]);
    const told = [(await lines.next()).value, (await lines.next()).value];
    expect(told).toEqual([
      expect.stringMatching(/ payout\.created +po_\w+ #1 evt_\w+ -> 200$/),
      expect.stringMatching(/ payout\.succeeded +po_\w+ #2 evt_\w+ -> 200$/),
    ]);
    expect(taken.map(({ type }) => type)).toEqual(["payout.created", "payout.succeeded"]);

    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(0);
  });
});

describe("payout doctor", () => {
  it("finds a service that is well", async () => {
    const { code, out } = await payout(["doctor"]);
    expect(out).toContain("ok   connectors: sandbox can be used");
    expect(out).not.toContain("BAD");
    expect(code).toBe(0);
  });

  it("finds what is wrong", async () => {
    const key = await payout(["doctor"], { PAYOUT_API_KEY: "sk_test_wrong" });
    expect(key.code).toBe(1);
    expect(key.out).toMatch(/BAD {2}API key: API_KEY_INVALID/);
    const gone = await payout(["doctor"], { PAYOUT_API_URL: "http://127.0.0.1:9" });
    expect(gone.code).toBe(1);
    expect(gone.out).toMatch(/BAD {2}process: /);
  });
});
