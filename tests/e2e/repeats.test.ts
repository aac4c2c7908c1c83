import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "./support/start-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const ACH = {
  ach: {
    accountNumber: "000123456789",
    routingNumber: "110000000",
    accountType: "CHECKING",
    holderName: "Jane Doe",
  },
};
const MONEY = { minorAmount: "1050", currency: "USD" };

async function rest(method: string, path: string, body?: unknown, key?: string) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${app.apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const replayed = response.headers.get("idempotency-replayed") === "true";
  return { status: response.status, replayed, body: (await response.json()) as never as Answer };
}

type Answer = Record<string, string> & { link: Record<string, string> };

async function account(): Promise<string> {
  const recipient = await rest("POST", "/v1/recipients", {
    type: "INDIVIDUAL",
    individual: { givenName: "Jane", familyName: "Doe" },
  });
  const path = `/v1/recipients/${recipient.body["recipientId"]}/disburse-accounts`;
  const enrolled = await rest("POST", path, { payoutMethodData: ACH });
  return enrolled.body["disburseAccountId"] ?? "";
}

function audit(): readonly Record<string, string>[] {
  const database = new Database(join(app.folder, "payouts.db"), { readonly: true });
  try {
    return database.prepare("SELECT * FROM audit_entries ORDER BY position").all() as never;
  } finally {
    database.close();
  }
}

describe("a repeat with its key is answered as before, whatever has changed since", () => {
  it("the account was removed", async () => {
    const disburseAccountId = await account();
    const request = { amount: MONEY, disburseAccountId };
    const first = await rest("POST", "/v1/payouts", request, "removed");
    await rest("DELETE", `/v1/disburse-accounts/${disburseAccountId}`);
    const again = await rest("POST", "/v1/payouts", request, "removed");
    expect(again).toEqual({ ...first, replayed: true });
    const other = await rest("POST", "/v1/payouts", request, "another");
    expect(other.body["reason"]).toBe("DISBURSE_ACCOUNT_NOT_FOUND");
  });

  it("the link's time is over", async () => {
    const expireTime = new Date(app.clock.now() + 60_000).toISOString();
    const request = { amount: MONEY, expireTime };
    const first = await rest("POST", "/v1/payout-links", request, "late");
    app.clock.advance(120_000);
    const again = await rest("POST", "/v1/payout-links", request, "late");
    expect(again).toEqual({ ...first, replayed: true });
    const other = await rest("POST", "/v1/payout-links", request, "later");
    expect(other.status).toBe(400);
  });

  it("the sandbox has moved on", async () => {
    const metadata = { sandbox_scenario: "manual" };
    const request = { amount: MONEY, payoutMethodData: ACH, metadata };
    const { payoutId } = (await rest("POST", "/v1/payouts", request)).body;
    const path = `/v1/sandbox/payouts/${payoutId}/settle`;
    const first = await rest("POST", path, {}, "settle");
    expect(first.body["status"]).toBe("SUCCESS");
    await rest("POST", `/v1/sandbox/payouts/${payoutId}/return`, {});
    expect(await rest("POST", path, {}, "settle")).toEqual({ ...first, replayed: true });
    expect((await rest("POST", path, {}, "settle-again")).status).toBe(409);
  });
});

describe("what people give as a reason is kept", () => {
  it("with who gave it, and for ever", async () => {
    const staged = await rest("POST", "/v1/payouts/stage", {
      amount: MONEY,
      payoutMethodData: ACH,
    });
    const { payoutId } = staged.body;
    await rest("POST", `/v1/payouts/${payoutId}/void`, { reason: "wrong seller" });
    const { link } = (await rest("POST", "/v1/payout-links", { amount: MONEY })).body;
    await rest("POST", `/v1/payout-links/${link["linkId"]}/revoke`, { reason: "sent twice" });
    const kept = audit().map(({ action, reason, subject_id }) => ({ action, reason, subject_id }));
    expect(kept).toContainEqual({
      action: "payout.void",
      reason: "wrong seller",
      subject_id: payoutId,
    });
    expect(kept).toContainEqual({
      action: "payout_link.revoke",
      reason: "sent twice",
      subject_id: link["payoutId"],
    });
    const database = new Database(join(app.folder, "payouts.db"));
    expect(() => database.exec("DELETE FROM audit_entries")).toThrow(/never removed/);
    expect(() => database.exec("UPDATE audit_entries SET reason = ''")).toThrow(/never changed/);
    database.close();
  });
});

describe("Watch", () => {
  it("is bounded for each merchant", async () => {
    const streams: AbortController[] = [];
    const open = async () => {
      const stop = new AbortController();
      streams.push(stop);
      const envelope = Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]);
      const response = await fetch(`${app.url}/payout.v1.PayoutService/Watch`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${app.apiKey}`,
          "content-type": "application/connect+json",
        },
        body: envelope,
        signal: stop.signal,
      });
      const { value } = (await response.body?.getReader().read()) ?? {};
      return Buffer.from(value ?? []).toString();
    };
    const answers = await Promise.all(Array.from({ length: 55 }, open));
    expect(answers.filter((text) => text.includes("resource_exhausted"))).toHaveLength(5);
    for (const stream of streams) stream.abort();
  });
});
