import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { durationMs } from "./duration.ts";
import { openRevolutFake, type RevolutFake } from "./fake.ts";
import { type Call, linkOf, login } from "./plain-client.ts";

let fake: RevolutFake;
let call: Call;

beforeEach(async () => {
  fake = await openRevolutFake();
  call = await login(fake);
});
afterEach(() => fake.close());

const dayMs = 24 * 3_600_000;

function books(): bigint[] {
  const { available, held, sent } = fake.accounts.of("GBP");
  return [available, held, sent];
}

const untouched = [1_000_000n, 0n, 0n];

async function newLink(change: Record<string, unknown> = {}): Promise<string> {
  const answer = await call("POST", "/1.0/payout-links", { ...linkOf(fake), ...change });
  expect(answer.status).toBe(201);
  return String(answer.body["id"]);
}

async function read(id: string): Promise<Record<string, unknown>> {
  call = await login(fake);
  return (await call("GET", `/1.0/payout-links/${id}`)).body;
}

test("a link blocks its amount, is claimed, and is paid", async () => {
  const made = await call("POST", "/1.0/payout-links", linkOf(fake));
  expect(made.body).toMatchObject({
    state: "active",
    url: expect.stringMatching(/^https:/),
    amount: 105.6,
    expiry_date: "2026-01-22T12:00:00.000000Z",
    payout_methods: ["revolut", "bank_account"],
    save_counterparty: false,
  });
  const id = String(made.body["id"]);
  expect(books()).toEqual([989_440n, 10_560n, 0n]);
  fake.claimLink(id);
  const claimed = await read(id);
  expect(claimed).toMatchObject({ state: "processing", transaction_id: expect.any(String) });
  expect(claimed["url"]).toBeUndefined();
  const transaction = await call("GET", "/1.0/transactions?request_id=link-1");
  expect(transaction.body).toMatchObject([{ id: claimed["transaction_id"], state: "pending" }]);
  expect((await call("GET", "/1.0/counterparties")).body).toEqual([]);
  fake.complete(String(claimed["transaction_id"]));
  expect((await read(id))["state"]).toBe("processed");
  expect(books()).toEqual([989_440n, 0n, 10_560n]);
  fake.http.assertClean();
});

test("a request id makes one link", async () => {
  const id = await newLink();
  expect(await newLink({ amount: 1 })).toBe(id);
  expect(books()).toEqual([989_440n, 10_560n, 0n]);
});

describe("amounts", () => {
  test.each([
    [0.99, "GBP", 400],
    [1, "GBP", 201],
    [2500, "GBP", 201],
    [2500.01, "GBP", 400],
    [1.16, "EUR", 400],
    [1.17, "EUR", 201],
    [2906.97, "EUR", 201],
    [2906.98, "EUR", 400],
  ])("of %d %s: %d", async (amount, currency, status) => {
    const account_id = fake.accounts.of(currency).id;
    const body = { ...linkOf(fake), amount, currency, account_id };
    expect((await call("POST", "/1.0/payout-links", body)).status).toBe(status);
    fake.http.assertClean();
  });
});

describe("periods", () => {
  test.each([
    ["PT23H59M59S", 400],
    ["P1D", 201],
    ["PT24H", 201],
    ["P1W", 201],
    ["P7D", 201],
    ["P7DT1S", 400],
  ])("of %s: %d", async (expiry_period, status) => {
    const body = { ...linkOf(fake), expiry_period };
    expect((await call("POST", "/1.0/payout-links", body)).status).toBe(status);
    fake.http.assertClean();
  });

  test("are read strictly", () => {
    expect(durationMs("P1DT2H3M4S")).toBe(dayMs + 7_384_000);
    for (const text of ["P", "P1DT", "1D", "P1Y", "P-1D", "p1d", ""]) {
      expect(durationMs(text)).toBeUndefined();
    }
  });

  test("end unclaimed links; the money comes back", async () => {
    const id = await newLink({ expiry_period: "P1D" });
    (fake.clock as ManualClock).advance(dayMs - 1);
    expect((await read(id))["state"]).toBe("active");
    (fake.clock as ManualClock).advance(1);
    expect((await read(id))["state"]).toBe("expired");
    expect(books()).toEqual(untouched);
  });

  test("do not end claimed ones", async () => {
    const id = await newLink();
    fake.claimLink(id);
    (fake.clock as ManualClock).advance(8 * dayMs);
    expect((await read(id))["state"]).toBe("processing");
  });
});

describe("cancelling", () => {
  const cancel = (id: string) => call("POST", `/1.0/payout-links/${id}/cancel`);

  test("an open link is answered 204; the money comes back", async () => {
    const id = await newLink();
    expect((await cancel(id)).status).toBe(204);
    expect((await read(id))["state"]).toBe("cancelled");
    expect(books()).toEqual(untouched);
    expect((await cancel(id)).status).toBe(400);
    fake.http.assertClean();
  });

  test("a claimed link is refused", async () => {
    const id = await newLink();
    fake.claimLink(id);
    expect((await cancel(id)).status).toBe(400);
    expect((await read(id))["state"]).toBe("processing");
  });
});

describe("a link", () => {
  test("may wait for approval", async () => {
    fake.nextLink("awaiting");
    const id = await newLink();
    expect(await read(id)).toMatchObject({ state: "awaiting" });
    fake.approveLink(id);
    expect(await read(id)).toMatchObject({ state: "active", url: expect.any(String) });
    expect(books()).toEqual([989_440n, 10_560n, 0n]);
  });

  test("is created before its amount is blocked", async () => {
    fake.nextLink("created");
    const id = await newLink();
    expect(books()).toEqual(untouched);
    fake.approveLink(id);
    expect(books()).toEqual([989_440n, 10_560n, 0n]);
  });

  test("fails without money, by command, and with its payment", async () => {
    const poor = { ...linkOf(fake), account_id: fake.accounts.of("GBP").id, request_id: "poor" };
    fake.accounts.of("GBP").available -= 990_000n;
    const failed = await call("POST", "/1.0/payout-links", poor);
    expect(failed.body["state"]).toBe("failed");
    fake.accounts.of("GBP").available += 990_000n;
    const first = await newLink();
    fake.failLink(first);
    const second = await newLink({ request_id: "link-2", save_counterparty: true });
    fake.claimLink(second);
    fake.fail(String((await read(second))["transaction_id"]));
    expect((await read(second))["state"]).toBe("failed");
    expect((await call("GET", "/1.0/counterparties")).body).toHaveLength(1);
    expect(books()).toEqual(untouched);
    fake.http.assertClean();
  });

  test("is found in the list by its state; by its request id it cannot be asked for", async () => {
    const first = await newLink();
    (fake.clock as ManualClock).advance(1_000);
    const second = await newLink({ request_id: "link-2" });
    fake.claimLink(first);
    const list = await call("GET", "/1.0/payout-links?state=active&state=processing");
    expect(list.body).toMatchObject([
      { id: second, request_id: "link-2" },
      { id: first, request_id: "link-1" },
    ]);
    const older = await call("GET", "/1.0/payout-links?created_before=2026-01-15T12:00:00.500Z");
    expect(older.body).toMatchObject([{ id: first }]);
    expect((await call("GET", "/1.0/payout-links?state=expired")).body).toEqual([]);
    fake.http.assertClean();
  });

  test("walks by hand as its reference tells", async () => {
    await fake.close();
    fake = await openRevolutFake({ stepMs: 1_000 });
    call = await login(fake);
    const claimed = await newLink({ reference: "magic-claim" });
    const waiting = await newLink({ reference: "magic-awaiting", request_id: "2" });
    const failed = await newLink({ reference: "magic-link-fails", request_id: "3" });
    (fake.clock as ManualClock).advance(10_000);
    const found = [claimed, waiting, failed].map((id) => fake.links.get(id).state);
    expect(found).toEqual(["processed", "awaiting", "failed"]);
  });
});
