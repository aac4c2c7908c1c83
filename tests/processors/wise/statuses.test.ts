import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { openWiseFake, type WiseFake } from "./fake.ts";
import { call, fund, newTransfer } from "./plain-client.ts";
import { statuses } from "./statuses.ts";

let fake: WiseFake;

beforeEach(async () => {
  fake = await openWiseFake();
});
afterEach(() => fake.close());

/** Available, held, sent; nothing is ever made or lost. */
function books(): bigint[] {
  const { balances } = fake;
  return [balances.available("GBP"), balances.held("GBP"), balances.sent("GBP")];
}

const untouched = [1_000_000n, 0n, 0n];

async function funded(reference?: string): Promise<number> {
  const id = await newTransfer(fake, reference);
  await fund(fake, id);
  return id;
}

async function statusOf(id: number): Promise<unknown> {
  return (await call(fake, "GET", `/v1/transfers/${id}`)).body["status"];
}

describe("funding", () => {
  const rejected = {
    type: "BALANCE",
    status: "REJECTED",
    errorCode: "transfer.insufficient_funds",
  };

  test("without money is refused with HTTP 200, and can be repeated", async () => {
    fake.balances.take("GBP", 999_999n);
    const id = await newTransfer(fake);
    const refused = await fund(fake, id);
    expect([refused.status, refused.body]).toEqual([200, rejected]);
    expect(await statusOf(id)).toBe("incoming_payment_waiting");
    fake.balances.topUp("GBP", 9_999n);
    expect((await fund(fake, id)).body["status"]).toBe("COMPLETED");
    fake.http.assertClean();
  });

  test("is refused when a test says so", async () => {
    const id = await newTransfer(fake);
    fake.next("REJECTED");
    fake.next("REJECTED", "balance.payment-option-unavailable");
    expect((await fund(fake, id)).body).toEqual(rejected);
    expect((await fund(fake, id)).body["errorCode"]).toBe("balance.payment-option-unavailable");
    expect(books()).toEqual(untouched);
  });

  test("of a funded transfer takes nothing, and is answered 422", async () => {
    const id = await funded();
    const repeated = await fund(fake, id);
    expect(repeated.status).toBe(422);
    expect(repeated.body["errors"]).toMatchObject([{ code: "transfer.invalid-state" }]);
    expect(books()).toEqual([990_000n, 10_000n, 0n]);
    const payments = await call(fake, "GET", `/v1/transfers/${id}/payments`);
    expect(payments.body).toMatchObject([{ method: "BALANCE", amount: 100, currency: "GBP" }]);
    fake.http.assertClean();
  });

  test("of a funded transfer may look like a refusal, as an option", async () => {
    await fake.close();
    fake = await openWiseFake({ repeatedFunding: "rejected" });
    const id = await funded();
    expect((await fund(fake, id)).body["status"]).toBe("REJECTED");
    expect(books()).toEqual([990_000n, 10_000n, 0n]);
  });

  test("is closed to personal tokens in the UK and the EEA, as an option", async () => {
    await fake.close();
    fake = await openWiseFake({ personalTokensMayFund: false });
    const id = await newTransfer(fake);
    const refused = await fund(fake, id);
    expect([refused.status, refused.text]).toEqual([403, ""]);
    expect(refused.headers.get("x-2fa-approval-result")).toBe("REJECTED");
    expect(refused.headers.get("x-2fa-approval")).toBeTruthy();
    fake.fundByHand(id);
    expect(await statusOf(id)).toBe("processing");
    fake.http.assertClean();
  });
});

describe("cancelling", () => {
  const cancel = (id: number) => call(fake, "PUT", `/v1/transfers/${id}/cancel`);

  test("is taken before funding and while processing; the money follows", async () => {
    const unfunded = await newTransfer(fake);
    expect((await cancel(unfunded)).body["status"]).toBe("cancelled");
    const id = await funded();
    expect((await cancel(id)).body["status"]).toBe("cancelled");
    expect(books()).toEqual([990_000n, 10_000n, 0n]);
    fake.refund(id);
    expect(books()).toEqual(untouched);
    fake.http.assertClean();
  });

  test.each(statuses.slice(3))("is refused in %s with 409", async (status) => {
    const id = await funded();
    fake.move(id, status);
    const refused = await cancel(id);
    expect(refused.status).toBe(409);
    expect(refused.body["errors"]).toMatchObject([{ code: "transfer.cancellation.not.allowed" }]);
    expect(await statusOf(id)).toBe(status);
    fake.http.assertClean();
  });
});

describe("after funding", () => {
  test.each([...statuses, "a_word_of_next_year"])("%s can be reached and read", async (status) => {
    const id = await funded();
    fake.move(id, status);
    expect(await statusOf(id)).toBe(status);
    expect(books().reduce((a, b) => a + b)).toBe(1_000_000n);
    fake.http.assertClean();
  });

  test("a bounce leads back through processing and cancelled to the refund", async () => {
    const id = await funded();
    fake.settle(id);
    expect(books()).toEqual([990_000n, 0n, 10_000n]);
    fake.fail(id);
    expect(books()).toEqual([990_000n, 10_000n, 0n]);
    fake.refund(id);
    expect(books()).toEqual(untouched);
    const told = fake.webhooks.queue.map(({ raw }) => JSON.parse(raw.toString()).data);
    expect(told.map(({ current_state }) => current_state).filter(Boolean)).toEqual([
      ...["incoming_payment_waiting", "processing", "funds_converted", "outgoing_payment_sent"],
      ...["bounced_back", "processing", "cancelled", "funds_refunded"],
    ]);
  });

  test("a bounced transfer can be sent again", async () => {
    const id = await funded();
    fake.settle(id);
    fake.fail(id);
    fake.settle(id);
    expect(await statusOf(id)).toBe("outgoing_payment_sent");
    expect(books()).toEqual([990_000n, 0n, 10_000n]);
  });

  test("a charge-back after sending gives the money back once", async () => {
    const id = await funded();
    fake.settle(id);
    fake.chargeBack(id);
    fake.move(id, "funds_refunded");
    expect(books()).toEqual(untouched);
  });

  test("the sandbox's simulation takes the steps in order only", async () => {
    const id = await funded();
    const simulate = (status: string) =>
      call(fake, "GET", `/v1/simulation/transfers/${id}/${status}`);
    expect((await simulate("bounced_back")).status).toBe(409);
    for (const status of ["funds_converted", "outgoing_payment_sent", "bounced_back"]) {
      expect((await simulate(status)).body["status"]).toBe(status);
    }
    expect((await simulate("funds_refunded")).status).toBe(200);
    expect(books()).toEqual(untouched);
    fake.http.assertClean();
  });
});

describe("by hand", () => {
  const words = [
    ["Invoice 1", "outgoing_payment_sent"],
    ["magic-bounce", "funds_refunded"],
    ["magic-early-bounce", "funds_refunded"],
    ["magic-redeliver", "outgoing_payment_sent"],
    ["magic-recipient", "waiting_recipient_input_to_proceed"],
    ["magic-chargeback", "charged_back"],
    ["magic-new-word", "awaiting_partner_release"],
    ["magic-stuck", "processing"],
  ];
  test.each(words)("%s walks to %s", async (reference, end) => {
    await fake.close();
    fake = await openWiseFake({ stepMs: 1_000 });
    const id = await funded(reference);
    (fake.clock as ManualClock).advance(60_000);
    expect(await statusOf(id)).toBe(end);
  });

  test("magic-reject and magic-sca answer the order to fund", async () => {
    expect((await fund(fake, await newTransfer(fake, "magic-reject"))).body["status"]).toBe(
      "REJECTED",
    );
    expect((await fund(fake, await newTransfer(fake, "magic-sca"))).status).toBe(403);
  });
});
