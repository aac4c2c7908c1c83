import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { Client, ok, order, type PayoutBody, refused } from "./client.ts";
import { openWorkbench } from "./process.ts";

/** Nothing listens there: connections are refused before a byte is sent. */
const DEAD = "http://127.0.0.1:1";

describe("Get", () => {
  const bench = openWorkbench();

  it("asks the processor as it is told, and says when it could not", async () => {
    const sandbox = await bench.sandbox();
    // Without a worker, and without news: nobody asks but Get.
    const service = await bench.service({
      PAYOUT_SANDBOX_URL: sandbox.url,
      PAYOUT_POLL_MS: "60000",
      PAYOUT_ROLE: "api",
    });
    const api = new Client(service.url);
    const settle = async (of: PayoutBody, verb = "settle") => {
      const id = of.connectorReferences[0]?.id;
      const { status } = await fetch(`${sandbox.url}/transfers/${id}/${verb}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      expect(status).toBe(200);
    };
    const payout = await api.create(order("manual"));
    const { payoutId } = payout;
    const down = await api.create(order("manual"));
    const settled = await api.create(order("manual"));
    await settle(payout);
    await settle(settled);
    expect((await api.payout(payoutId, "sync=STORED")).status).toBe("PENDING");
    expect(await api.payout(payoutId, "sync=AUTO")).toMatchObject({ status: "SUCCESS" });
    await settle(payout, "return");
    // A settled payout is asked of only when the caller insists.
    expect((await api.payout(payoutId, "sync=AUTO")).status).toBe("SUCCESS");
    const forced = await api.payout(payoutId, "sync=FORCE");
    expect(forced).toMatchObject({ status: "REVERSED", error: { reason: "ACCOUNT_CLOSED" } });
    expect(forced.syncError).toBeUndefined();

    // Fifty who ask at once are answered alike.
    const many = await Promise.all(
      Array.from({ length: 50 }, () => api.payout(settled.payoutId, "sync=AUTO")),
    );
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set(["SUCCESS"]));
    expect((await api.events(settled.payoutId)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);

    await sandbox.end("SIGKILL");
    const unasked = await api.payout(down.payoutId, "sync=STORED");
    expect(unasked.syncError).toBeUndefined();
    for (const sync of ["AUTO", "FORCE"]) {
      const stale = await api.payout(down.payoutId, `sync=${sync}`);
      expect(stale).toMatchObject({
        status: "PENDING",
        syncError: { category: "CONNECTOR_UNAVAILABLE" },
      });
      expect(stale.error).toBeUndefined();
    }
    // What has ended need not be asked of.
    expect((await api.payout(payoutId, "sync=AUTO")).syncError).toBeUndefined();
    expect((await api.payout(payoutId, "sync=FORCE")).syncError).toBeDefined();
  });
});

describe("while the processor is down", () => {
  const bench = openWorkbench();

  it("payouts are taken, wait, and are paid once it is up", async () => {
    const first = await bench.sandbox();
    const port = new URL(first.url).port;
    const api = new Client((await bench.service({ PAYOUT_SANDBOX_URL: first.url })).url);
    const moving = await api.create(order("manual"));
    const held = await api.create(order("success", { fulfillment: "MANUAL" }));
    const staged = await api.stage();
    await first.end("SIGKILL");

    const waits = {
      status: "REQUIRES_CREATION",
      waitingFor: { reason: "CONNECTOR_UNAVAILABLE", who: "SERVICE" },
      error: { category: "CONNECTOR_UNAVAILABLE" },
    };
    const created = await api.create(order(), { key: "down" });
    expect(created).toMatchObject(waits);
    expect(created.waitingFor?.nextCheckTime).toMatch(/^\d{4}-/);
    const repeat = await api.post("/v1/payouts", order(), { key: "down" });
    expect(repeat).toEqual({ status: 200, body: created, replayed: true });
    expect(ok<PayoutBody>(await api.transfer(staged.payoutId))).toMatchObject(waits);
    expect(ok<PayoutBody>(await api.transfer(held.payoutId))).toMatchObject({
      ...waits,
      status: "INITIATED",
    });
    // Nothing of it was sent, so nothing is asked.
    const asked = await api.payout(created.payoutId, "sync=AUTO");
    expect(asked).toMatchObject(waits);

    // What cannot wait is refused, and may be tried again.
    const voided = await api.void(moving.payoutId, {}, { key: "void-down" });
    expect(refused(voided, 503, "CONNECTOR_UNAVAILABLE").retryable).toBe(true);
    expect(await api.payout(moving.payoutId)).toMatchObject({
      status: "PENDING",
      waitingFor: { reason: "SETTLEMENT" },
    });
    refused(await api.post("/v1/payouts/stage", order()), 503, "CONNECTOR_UNAVAILABLE");
    refused(await api.call("GET", "/v1/sandbox/transfers"), 503, "CONNECTOR_UNAVAILABLE");

    await bench.sandbox({ SANDBOX_PORT: port });
    for (const { payoutId } of [created, staged, held]) {
      const { error } = await api.until(payoutId, "SUCCESS");
      expect(error).toBeUndefined();
      expect(await api.transfers(payoutId)).toMatchObject([{ state: "SETTLED" }]);
    }
    const again = ok<PayoutBody>(await api.void(moving.payoutId, {}, { key: "void-down" }));
    expect(again.status).toBe("CANCELLED");
  });
});

describe("at a dead address", () => {
  const bench = openWorkbench();

  it("everything that can wait is kept, and Void needs nobody", async () => {
    const api = new Client((await bench.service({ PAYOUT_SANDBOX_URL: DEAD })).url);
    const { payoutId, waitingFor } = await api.create();
    expect(waitingFor?.reason).toBe("CONNECTOR_UNAVAILABLE");
    expect(ok<PayoutBody>(await api.void(payoutId)).status).toBe("CANCELLED");
  });
});

describe("a processor that takes calls and never answers", () => {
  const bench = openWorkbench();

  it("holds nobody longer than they wait, and its payout is sent again under the same key", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const service = await bench.service({
      PAYOUT_SANDBOX_URL: `http://127.0.0.1:${port}`,
      PAYOUT_ANSWER_WAIT_MS: "200",
      PAYOUT_CONNECTOR_TIMEOUT_MS: "600",
    });
    const api = new Client(service.url);
    const first = await api.create(order(), { key: "silent" });
    const { payoutId } = first;
    expect(first).toMatchObject({
      status: "REQUIRES_CREATION",
      waitingFor: { reason: "EXECUTION", who: "SERVICE" },
    });
    const doubtful = await api.until(payoutId, "PENDING");
    expect(doubtful).toMatchObject({
      waitingFor: { reason: "OUTCOME_UNKNOWN" },
      error: { category: "OUTCOME_UNKNOWN" },
    });
    const repeat = await api.post("/v1/payouts", order(), { key: "silent" });
    expect(repeat).toEqual({ status: 200, body: first, replayed: true });
    // A Void whose own answer is lost is not done, and not refused either.
    const voided = ok<PayoutBody>(await api.void((await api.create()).payoutId));
    expect(voided.waitingFor?.reason).toBe("VOID_REQUESTED");
    expect((await service.end("SIGTERM")).code).toBe(0);
    silent.close();

    const sandbox = await bench.sandbox();
    const again = new Client((await bench.service({ PAYOUT_SANDBOX_URL: sandbox.url })).url);
    await again.until(payoutId, "SUCCESS");
    const { attempts } = await again.full(payoutId);
    const [step] = attempts[0]?.steps ?? [];
    expect(await again.transfers(payoutId)).toMatchObject([
      { state: "SETTLED", idempotencyKey: step?.processorKey },
    ]);
    // One that was to be stopped, and that the processor does not know, is not sent again.
    expect(await again.payout(voided.payoutId)).toMatchObject({
      status: "PENDING",
      waitingFor: { reason: "VOID_REQUESTED" },
    });
    expect(await again.transfers(voided.payoutId)).toEqual([]);
  });
});
