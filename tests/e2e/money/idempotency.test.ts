import { beforeAll, describe, expect, it } from "vitest";
import { Client, ok, order, type PayoutBody, refused } from "./client.ts";
import { openWorkbench, type Running } from "./process.ts";

const bench = openWorkbench();
let service: Running;
let api: Client;
beforeAll(async () => {
  await restart();
});

async function restart(): Promise<void> {
  if (service !== undefined) await service.end("SIGKILL");
  service = await bench.service();
  api = new Client(service.url);
}

function fifty(body: unknown, key: string) {
  return Promise.all(Array.from({ length: 50 }, () => api.post("/v1/payouts", body, { key })));
}

describe("fifty Creates at once with one key", () => {
  it.each([
    ["success", "PENDING", "SUCCESS"],
    ["slow", "SUCCESS", "SUCCESS"],
    ["unavailable", "REQUIRES_CREATION", "SUCCESS"],
    ["timeout_after_accept", "PENDING", "SUCCESS"],
    ["decline", "FAILED", "FAILED"],
  ])("%s: one payout and one answer, and again after kill -9", async (scenario, first, end) => {
    const body = order(scenario, { merchantPayoutId: `fifty-${scenario}` });
    const answers = await fifty(body, `fifty-${scenario}`);
    const payouts = answers.map((answer) => ok<PayoutBody>(answer));
    expect(payouts[0]).toMatchObject({ status: first });
    for (const payout of payouts) expect(payout).toEqual(payouts[0]);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);

    const payoutId = payouts[0]?.payoutId ?? "";
    await api.until(payoutId, end);
    expect(await api.transfers(payoutId)).toHaveLength(scenario === "decline" ? 0 : 1);
    await restart();
    for (const again of await fifty(body, `fifty-${scenario}`)) {
      expect(again).toEqual({ status: 200, body: payouts[0], replayed: true });
    }
    expect(await api.transfers(payoutId)).toHaveLength(scenario === "decline" ? 0 : 1);
  });

  it("of fifty different orders one is taken, and the others are told so", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        api.post("/v1/payouts", order(undefined, { description: `order ${index}` }), {
          key: "clash",
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status !== 200) refused(answer, 422, "IDEMPOTENCY_KEY_REUSED");
    }
  });

  it("one reference of the caller's, fifty keys: one payout, which all others are told of", async () => {
    const body = order("success", { merchantPayoutId: "one-of-fifty" });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        api.post("/v1/payouts", body, { key: `reference-${index}` }),
      ),
    );
    const [taken, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    const { payoutId } = ok<PayoutBody>(taken ?? { status: 0, body: null, replayed: false });
    for (const answer of answers) {
      if (answer === taken) continue;
      const { metadata } = refused(answer, 409, "PAYOUT_ALREADY_EXISTS");
      expect(metadata).toEqual({ payout_id: payoutId });
    }
    await api.until(payoutId, "SUCCESS");
    expect(await api.transfers(payoutId)).toHaveLength(1);
  });
});

describe("a call that is killed before it is answered", () => {
  it("is joined by its repeat: the same payout, paid once", async () => {
    const body = order("slow", { merchantPayoutId: "killed" });
    const lost = api.post("/v1/payouts", body, { key: "killed" }).catch(() => null);
    const path = "/v1/payouts/by-merchant-id/killed?sync=STORED";
    let stored = await api.call("GET", path);
    while (stored.status !== 200) stored = await api.call("GET", path);
    await restart();
    expect(await lost).toBeNull();
    const joined = await api.post("/v1/payouts", body, { key: "killed" });
    const { payoutId } = ok<PayoutBody>(joined);
    expect([payoutId, joined.replayed]).toEqual([ok<PayoutBody>(stored).payoutId, true]);
    await api.until(payoutId, "SUCCESS");
    expect(await api.transfers(payoutId)).toHaveLength(1);
    expect(await api.post("/v1/payouts", body, { key: "killed" })).toEqual(joined);
  });

  it("a caller that hangs up changes nothing: the payout goes on, the repeat joins it", async () => {
    const body = order("slow", { merchantPayoutId: "hung-up" });
    const hangUp = new AbortController();
    const lost = fetch(`${api.url}/v1/payouts`, {
      method: "POST",
      signal: hangUp.signal,
      headers: {
        authorization: `Bearer sk_test_${"m".repeat(32)}`,
        "content-type": "application/json",
        "idempotency-key": "hung-up",
      },
      body: JSON.stringify(body),
    }).catch(() => null);
    const path = "/v1/payouts/by-merchant-id/hung-up?sync=STORED";
    while ((await api.call("GET", path)).status !== 200);
    hangUp.abort();
    await lost;
    const joined = await api.post("/v1/payouts", body, { key: "hung-up" });
    const { payoutId } = ok<PayoutBody>(joined);
    await api.until(payoutId, "SUCCESS");
    expect(await api.transfers(payoutId)).toHaveLength(1);
  });
});
