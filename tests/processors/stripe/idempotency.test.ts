import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { openStripeFake, type StripeFake } from "./stripe-fake.ts";
import { call, readyAccount } from "./try-stripe.ts";

let fake: StripeFake;
let clock: ManualClock;
let account: string;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await openStripeFake({ clock });
  fake.fund("usd", 100_000n);
  account = (await readyAccount(fake)).account;
});

afterEach(async () => {
  await fake.close();
  fake.http.assertClean();
});

function send(key: string, form: Record<string, string> = {}) {
  const all = { amount: "1000", currency: "usd", destination: account, ...form };
  return call(fake, "POST", "/v1/transfers", all, { "idempotency-key": key });
}

it("gives the same answer again, and says so", async () => {
  const first = await send("key");
  const again = await send("key");
  expect(again.body).toEqual(first.body);
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.headers.get("original-request")).toBe(first.headers.get("request-id"));
  expect(fake.transfers.all).toHaveLength(1);
});

it("gives the same refusal again, also when it would succeed by now", async () => {
  const first = await send("key", { amount: "100001" });
  fake.fund("usd", 100_000n);
  const again = await send("key", { amount: "100001" });
  expect([first.status, again.status]).toEqual([400, 400]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect((await send("other", { amount: "100001" })).status).toBe(200);
});

it("keeps a 500 that came from inside", async () => {
  fake.breakInside({ method: "POST", path: "/v1/transfers" });
  expect((await send("key")).status).toBe(500);
  const again = await send("key");
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([500, "true"]);
  expect((await send("other")).status).toBe(200);
});

it("does not keep what never began", async () => {
  expect((await send("key", { amount: "0" })).status).toBe(400);
  expect((await send("key")).status).toBe(200);
});

it("refuses a key with other parameters, and at another endpoint", async () => {
  await send("key");
  const other = await send("key", { amount: "999" });
  expect([other.status, other.body.error.type]).toEqual([400, "idempotency_error"]);
  const headers = { "idempotency-key": "key" };
  const elsewhere = await call(fake, "POST", `/v1/accounts/${account}`, {}, headers);
  expect([elsewhere.status, elsewhere.body.error.type]).toEqual([400, "idempotency_error"]);
});

it("answers 409 while the first one runs", async () => {
  const gate = fake.http.gates.next({ method: "POST", path: "/v1/transfers" });
  const first = send("key");
  await gate.arrived;
  const second = await send("key");
  expect([second.status, second.body.error.code]).toEqual([409, "idempotency_key_in_use"]);
  gate.open();
  expect((await first).status).toBe(200);
  expect((await send("key")).headers.get("idempotent-replayed")).toBe("true");
});

it("replays what was done when the answer was lost", async () => {
  fake.http.faults.next({ path: "/v1/transfers" }, { kind: "reset-after-read" });
  await expect(send("key")).rejects.toThrow();
  const again = await send("key");
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  expect(fake.transfers.all).toHaveLength(1);
});

it("forgets a key after a day: then the money moves again", async () => {
  await send("key");
  clock.advance(24 * 60 * 60_000);
  expect((await send("key")).headers.get("idempotent-replayed")).toBeNull();
  expect(fake.transfers.all).toHaveLength(2);
});

it("takes keys of up to 255 characters, and keeps accounts apart", async () => {
  expect((await send("k".repeat(255))).status).toBe(200);
  expect((await send("k".repeat(256))).status).toBe(400);
  const ask = (connected: string) =>
    call(
      fake,
      "POST",
      "/v1/payouts",
      { amount: "10", currency: "usd" },
      { "stripe-account": connected, "idempotency-key": "same" },
    );
  const other = (await readyAccount(fake)).account;
  expect((await ask(account)).status).toBe(200);
  expect((await ask(other)).headers.get("idempotent-replayed")).toBeNull();
});
