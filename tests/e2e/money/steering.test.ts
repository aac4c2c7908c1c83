import { beforeAll, expect, it } from "vitest";
import { Client, expectChain, ok, order, type PayoutBody, refused } from "./client.ts";
import { openWorkbench } from "./process.ts";

const bench = openWorkbench();
let api: Client;
beforeAll(async () => {
  api = new Client((await bench.service()).url);
});

function steer(payoutId: string, move: "settle" | "fail" | "return", reason?: string) {
  const body = reason === undefined ? {} : { reason };
  return api.post(`/v1/sandbox/payouts/${payoutId}/${move}`, body);
}

it("settles a payout that waits for it, and the bank returns it", async () => {
  const { payoutId } = await api.create(order("manual"));
  expect(ok<PayoutBody>(await steer(payoutId, "settle")).status).toBe("SUCCESS");
  refused(await steer(payoutId, "settle"), 409, "SANDBOX_STATE_CONFLICT");
  refused(await steer(payoutId, "fail"), 409, "SANDBOX_STATE_CONFLICT");
  const returned = ok<PayoutBody>(await steer(payoutId, "return", "ACCOUNT_NOT_FOUND"));
  expect(returned).toMatchObject({
    status: "REVERSED",
    error: { category: "CONNECTOR_DECLINED", reason: "ACCOUNT_NOT_FOUND" },
  });
  expect(await api.transfers(payoutId)).toMatchObject([{ state: "RETURNED" }]);
  expectChain(await api.events(payoutId), ["REQUIRES_CREATION", "PENDING", "SUCCESS", "REVERSED"]);
});

it("fails a payout that moves, for the reason given", async () => {
  const { payoutId } = await api.create(order("manual"));
  refused(await steer(payoutId, "return"), 409, "SANDBOX_STATE_CONFLICT");
  expect(ok<PayoutBody>(await steer(payoutId, "fail", "LIMIT_EXCEEDED"))).toMatchObject({
    status: "FAILED",
    error: { reason: "LIMIT_EXCEEDED", connectorCode: "limit_exceeded" },
  });
  refused(await steer(payoutId, "settle"), 409, "SANDBOX_STATE_CONFLICT");
  expect((await api.payout(payoutId, "sync=FORCE")).status).toBe("FAILED");
});

it("settles a held payout, and the account is closed unless another reason is given", async () => {
  const { payoutId } = await api.create(order("manual", { fulfillment: "MANUAL" }));
  refused(await steer(payoutId, "fail"), 409, "SANDBOX_STATE_CONFLICT");
  expect(ok<PayoutBody>(await steer(payoutId, "settle")).status).toBe("SUCCESS");
  expect(ok<PayoutBody>(await steer(payoutId, "return"))).toMatchObject({
    status: "REVERSED",
    error: { reason: "ACCOUNT_CLOSED" },
  });
});

it("return_after_success comes back by itself, and stays so whatever is asked", async () => {
  const { payoutId } = await api.create(order("return_after_success"));
  await api.until(payoutId, "SUCCESS");
  await api.until(payoutId, "REVERSED");
  for (const sync of ["AUTO", "FORCE"]) {
    expect((await api.payout(payoutId, `sync=${sync}`)).status).toBe("REVERSED");
  }
});

it("moves nothing that is not at the processor, and nothing of others", async () => {
  const staged = await api.stage();
  refused(await steer(staged.payoutId, "settle"), 409, "SANDBOX_STATE_CONFLICT");
  const declined = await api.create(order("decline"));
  refused(await steer(declined.payoutId, "settle"), 409, "SANDBOX_STATE_CONFLICT");
  refused(await steer("po_01jd0000000000000000000000", "settle"), 404, "PAYOUT_NOT_FOUND");
  refused(await steer("acct_01jd0000000000000000000000", "settle"), 400, "VALIDATION_FAILED");
});

it("the news of a hundred moves at once is taken once each", async () => {
  const payouts = await Promise.all(Array.from({ length: 100 }, () => api.create(order("manual"))));
  await Promise.all(
    payouts.flatMap(({ payoutId }, index) => {
      const move = index % 2 === 0 ? "settle" : "fail";
      return [steer(payoutId, move), steer(payoutId, move)];
    }),
  );
  for (const [index, { payoutId }] of payouts.entries()) {
    const end = index % 2 === 0 ? "SUCCESS" : "FAILED";
    expectChain(await api.events(payoutId), ["REQUIRES_CREATION", "PENDING", end]);
  }
});
