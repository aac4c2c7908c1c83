import { beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  Client,
  expectChain,
  type LinkBody,
  ok,
  order,
  type PayoutBody,
  refused,
} from "./client.ts";
import { openWorkbench } from "./process.ts";

const bench = openWorkbench();
const patient = openWorkbench();
const blind = openWorkbench();
let api: Client;
/** Where money takes its time, so that a Void is never too late. */
let slowApi: Client;
beforeAll(async () => {
  api = new Client((await bench.service()).url);
  const service = await patient.service({ PAYOUT_SANDBOX_SETTLE_MS: "10000" });
  slowApi = new Client(service.url);
});

const held = (scenario?: string) => order(scenario, { fulfillment: "MANUAL" });

async function ledger(payoutId: string, of = api): Promise<readonly string[]> {
  return (await of.transfers(payoutId)).map(({ state }) => state);
}

describe("before the processor knows of it", () => {
  it("a staged payout is cancelled here", async () => {
    const { payoutId } = await api.stage();
    const answer = ok<PayoutBody>(await api.void(payoutId, { reason: "not ours" }));
    expect(answer).toMatchObject({ status: "CANCELLED" });
    expect(answer.waitingFor).toBeUndefined();
    expect(await ledger(payoutId)).toEqual([]);
    refused(await api.transfer(payoutId), 409, "PAYOUT_STATE_CONFLICT");
  });

  it("a link's payout is cancelled and the link with it", async () => {
    const { link } = ok<{ link: LinkBody }>(
      await api.post("/v1/payout-links", { amount: { minorAmount: "100", currency: "USD" } }),
    );
    expect(ok<PayoutBody>(await api.void(link.payoutId)).status).toBe("CANCELLED");
    const { state } = ok<LinkBody>(await api.call("GET", `/v1/payout-links/${link.linkId}`));
    expect(state).toBe("REVOKED");
    expect((await fetch(link.url)).status).toBe(404);
  });

  it("one that could not be sent yet is cancelled here", async () => {
    const { payoutId, status } = await api.create(order("unavailable"));
    expect(status).toBe("REQUIRES_CREATION");
    expect(ok<PayoutBody>(await api.void(payoutId)).status).toBe("CANCELLED");
    expect(await ledger(payoutId)).toEqual([]);
    expectChain(await api.events(payoutId), ["REQUIRES_CREATION", "CANCELLED"]);
  });
});

describe("at the processor", () => {
  it.each([
    ["held", held(), ["REQUIRES_CREATION", "REQUIRES_FULFILLMENT", "CANCELLED"]],
    ["moving", order("manual"), ["REQUIRES_CREATION", "PENDING", "CANCELLED"]],
  ] as const)("a payout that is %s is stopped there", async (_what, body, statuses) => {
    const { payoutId } = await api.create(body);
    const answer = ok<PayoutBody>(await api.void(payoutId));
    expect(answer.status).toBe("CANCELLED");
    expect(answer.waitingFor).toBeUndefined();
    expect(await ledger(payoutId)).toEqual(["CANCELLED"]);
    expectChain(await api.events(payoutId), statuses);
  });

  it("one whose release is not reached yet is stopped while it is held", async () => {
    const { payoutId } = await api.create(held("unavailable"));
    ok(await api.transfer(payoutId));
    expect(ok<PayoutBody>(await api.void(payoutId)).status).toBe("CANCELLED");
    expect(await ledger(payoutId)).toEqual(["CANCELLED"]);
  });

  it.concurrent.each(["timeout_after_accept", "server_error_after_accept", "unreadable_reply"])(
    "one whose outcome is not known (%s) is stopped, and never sent again",
    async (scenario) => {
      const first = await slowApi.create(order(scenario));
      expect(first.waitingFor?.reason).toBe("OUTCOME_UNKNOWN");
      expect(ok<PayoutBody>(await slowApi.void(first.payoutId)).status).toBe("CANCELLED");
      expect(await ledger(first.payoutId, slowApi)).toEqual(["CANCELLED"]);
      const { attempts } = await slowApi.full(first.payoutId);
      expect(attempts).toMatchObject([{ state: "DEAD", steps: [{ tries: 1 }] }]);
    },
  );

  it("one that ended is refused with its status", async () => {
    for (const [scenario, status] of [
      ["instant_success", "SUCCESS"],
      ["decline", "FAILED"],
    ] as const) {
      const { payoutId } = await api.create(order(scenario));
      const problem = refused(await api.void(payoutId), 409, "PAYOUT_STATE_CONFLICT");
      expect(problem.metadata).toEqual({ status });
      expect((await api.payout(payoutId)).status).toBe(status);
    }
  });

  it("one that settled, unknown to the service, goes on as it was: VOID_REFUSED", async () => {
    // The service has no worker and looks for no news: the processor is steered behind its back.
    const sandbox = await blind.sandbox();
    const service = await blind.service({
      PAYOUT_SANDBOX_URL: sandbox.url,
      PAYOUT_POLL_MS: "60000",
      PAYOUT_ROLE: "api",
    });
    const blindApi = new Client(service.url);
    const { payoutId, connectorReferences } = await blindApi.create(order("manual"));
    const id = connectorReferences[0]?.id;
    const steered = await fetch(`${sandbox.url}/transfers/${id}/settle`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(steered.status).toBe(200);
    const answer = await blindApi.void(payoutId, {}, { key: "too late" });
    refused(answer, 400, "IDEMPOTENCY_KEY_INVALID");
    const late = await blindApi.void(payoutId, {}, { key: "too-late" });
    expect(refused(late, 409, "VOID_REFUSED").metadata).toEqual({ status: "PENDING" });
    expect(await blindApi.payout(payoutId)).toMatchObject({
      status: "PENDING",
      waitingFor: { reason: "SETTLEMENT" },
    });
    expect((await blindApi.payout(payoutId, "sync=AUTO")).status).toBe("SUCCESS");
    // A refusal is not recorded: the same key asks again, and hears how it is now.
    const after = await blindApi.void(payoutId, {}, { key: "too-late" });
    refused(after, 409, "PAYOUT_STATE_CONFLICT");
  });
});

describe("while the processor is being called", () => {
  it("waits for its answer, then stops it", async () => {
    const creating = slowApi.create(order("slow", { merchantPayoutId: "slow-1" }));
    const payoutId = await idOf(slowApi, "slow-1");
    const voided = ok<PayoutBody>(await slowApi.void(payoutId));
    expect(voided.status).toBe("CANCELLED");
    // Create waits no longer than until a Void is asked for: it says so, and how it stands.
    expect((await creating).waitingFor?.reason).toBe("VOID_REQUESTED");
    expect(await ledger(payoutId, slowApi)).toEqual(["CANCELLED"]);
  });

  it("is VOID_REFUSED when it settles first", async () => {
    const creating = api.create(order("slow", { merchantPayoutId: "slow-2" }));
    const payoutId = await idOf(api, "slow-2");
    const answer = await api.void(payoutId);
    expect(refused(answer, 409, "VOID_REFUSED").metadata).toEqual({ status: "SUCCESS" });
    expect((await creating).payoutId).toBe(payoutId);
    expect((await api.payout(payoutId)).status).toBe("SUCCESS");
    expect(await ledger(payoutId)).toEqual(["SETTLED"]);
  });
});

describe("repeats", () => {
  it("the same key answers the same, without it the payout has ended", async () => {
    const { payoutId } = await api.create(order("manual"));
    const first = await api.void(payoutId, { reason: "twice" }, { key: "void-1" });
    expect(ok<PayoutBody>(first).status).toBe("CANCELLED");
    const again = await api.void(payoutId, { reason: "twice" }, { key: "void-1" });
    expect(again).toEqual({ ...first, replayed: true });
    const other = await api.void(payoutId, { reason: "other" }, { key: "void-1" });
    refused(other, 422, "IDEMPOTENCY_KEY_REUSED");
    refused(await api.void(payoutId), 409, "PAYOUT_STATE_CONFLICT");
  });

  it("of thirty at once all hear of one end", async () => {
    const { payoutId } = await api.create(order("manual"));
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        api.void(payoutId, {}, { key: `many-${index % 10}` }),
      ),
    );
    for (const answer of answers) {
      if (answer.status === 200) expect(answer.body).toMatchObject({ status: "CANCELLED" });
      else refused(answer, 409, "PAYOUT_STATE_CONFLICT");
    }
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(await ledger(payoutId)).toEqual(["CANCELLED"]);
    expectChain(await api.events(payoutId), ["REQUIRES_CREATION", "PENDING", "CANCELLED"]);
  });
});

describe("against a Transfer", () => {
  const SCENARIOS = ["success", "instant_success", "timeout_after_accept", "unavailable", "slow"];
  const cases = Array.from({ length: 60 }, (_, index) => ({
    scenario: SCENARIOS[index % SCENARIOS.length],
    staged: index % 2 === 0,
    voidFirst: index % 3 === 0,
  }));

  it("sixty times at once: paid or CANCELLED, never both, as the ledger says", async () => {
    const ends = await Promise.all(
      cases.map(async ({ scenario, staged, voidFirst }) => {
        const { payoutId } = staged
          ? await api.stage(order(scenario))
          : await api.create(held(scenario));
        const calls: readonly (() => Promise<Answer>)[] = [
          () => api.transfer(payoutId),
          () => api.void(payoutId),
        ];
        const inOrder = voidFirst ? calls.toReversed() : calls;
        const answers = await Promise.all(inOrder.map((call) => call()));
        for (const { status } of answers) expect([200, 409]).toContain(status);
        const { status } = await api.until(payoutId, ({ status: now }) =>
          ["SUCCESS", "CANCELLED"].includes(now),
        );
        const voided = answers[voidFirst ? 0 : 1];
        if (voided?.status === 200) expect(status).toBe("CANCELLED");
        return { payoutId, status };
      }),
    );
    for (const { payoutId, status } of ends) {
      const states = await ledger(payoutId);
      expect(status === "SUCCESS" ? [["SETTLED"]] : [[], ["CANCELLED"]]).toContainEqual(states);
    }
    const seen = new Set(ends.map(({ status }) => status));
    expect(seen).toContain("CANCELLED");
  });
});

/** The id of a payout that is being created by another call. */
async function idOf(client: Client, merchantPayoutId: string): Promise<string> {
  const path = `/v1/payouts/by-merchant-id/${merchantPayoutId}?sync=STORED`;
  for (;;) {
    const answer = await client.call("GET", path);
    if (answer.status === 200) return ok<PayoutBody>(answer).payoutId;
  }
}
