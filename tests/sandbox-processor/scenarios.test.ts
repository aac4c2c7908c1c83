import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SCENARIOS } from "../../src/sandbox-processor/scenarios.ts";
import { Bench, gist, order, SETTLE_MS } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.processor.start();
});
afterEach(() => bench.dispose());

/** Calls, then the states that news tells of, then the ledger's last word. */
const TABLE: Readonly<Record<string, readonly [string[], string[], string[]]>> = {
  success: [["200 PENDING"], ["SETTLED"], ["SETTLED"]],
  instant_success: [["200 SETTLED"], ["SETTLED"], ["SETTLED"]],
  manual: [["200 PENDING"], [], ["PENDING"]],
  decline: [["402 insufficient_funds"], [], []],
  account_closed: [["200 PENDING"], ["FAILED"], ["FAILED"]],
  return_after_success: [["200 PENDING"], ["SETTLED", "RETURNED"], ["RETURNED"]],
  timeout_before_send: [["refused", "200 PENDING"], ["SETTLED"], ["SETTLED"]],
  timeout_after_accept: [["lost", "200 PENDING"], ["SETTLED"], ["SETTLED"]],
  server_error_after_accept: [["500 unreadable", "200 PENDING"], ["SETTLED"], ["SETTLED"]],
  unreadable_reply: [["200 unreadable", "200 PENDING"], ["SETTLED"], ["SETTLED"]],
  unavailable: [["refused", "refused", "200 PENDING"], ["SETTLED"], ["SETTLED"]],
  slow: [["200 PENDING"], ["SETTLED"], ["SETTLED"]],
  duplicate_webhook: [["200 PENDING"], ["SETTLED", "SETTLED"], ["SETTLED"]],
  out_of_order_webhook: [["200 PENDING"], ["SETTLED", "PENDING"], ["SETTLED"]],
};

describe("each scenario ends as the table says", () => {
  it("has every scenario in the table", () => {
    expect(SCENARIOS.map(({ name }) => name)).toEqual(Object.keys(TABLE));
    expect(new Set(SCENARIOS.map(({ code }) => code)).size).toBe(SCENARIOS.length);
  });

  it.each(Object.entries(TABLE))("%s", async (scenario, [calls, news, states]) => {
    const answers: string[] = [];
    for (const _ of calls) {
      const call = bench.post("/transfers", order({ scenario }), "key-1");
      if (scenario === "slow") await bench.time.advance(1_500);
      answers.push(gist(await call));
    }
    expect(answers).toEqual(calls);

    await bench.time.advance(3 * SETTLE_MS);
    expect(bench.delivered.map(({ transfer }) => transfer.state)).toEqual(news);
    expect((await bench.transfers()).map(({ state }) => state)).toEqual(states);
    expect(bench.errors).toEqual([]);
  });

  it("answers slowly after 1.5 s and not before", async () => {
    let answered = false;
    const call = bench.post("/transfers", order({ scenario: "slow" }), "key-1").then(() => {
      answered = true;
    });
    await bench.time.advance(1_499);
    expect(answered).toBe(false);
    await bench.time.advance(1);
    await call;
  });

  it("tells the reason of a closed account and of a return", async () => {
    await bench.post("/transfers", order({ scenario: "account_closed" }), "a");
    await bench.post("/transfers", order({ scenario: "return_after_success" }), "b");
    await bench.time.advance(2 * SETTLE_MS);
    expect((await bench.transfers()).map(({ reason }) => reason)).toEqual([
      "account_closed",
      "account_closed",
    ]);
  });

  it("gives both copies of duplicated news the same event id, and other news another", async () => {
    await bench.post("/transfers", order({ scenario: "duplicate_webhook" }), "a");
    await bench.post("/transfers", order({ scenario: "out_of_order_webhook" }), "b");
    await bench.time.advance(SETTLE_MS);
    const idsOf = (scenario: string): string[] =>
      bench.delivered.flatMap((news) =>
        news.transfer.scenario === scenario ? [news.event_id] : [],
      );
    const [first, second] = idsOf("duplicate_webhook");
    expect(second).toBe(first);
    expect(new Set([first, ...idsOf("out_of_order_webhook")]).size).toBe(3);
  });

  it("tells news newest first with the older sequence after the newer", async () => {
    await bench.post("/transfers", order({ scenario: "out_of_order_webhook" }), "a");
    await bench.time.advance(SETTLE_MS);
    expect(bench.delivered.map(({ transfer }) => transfer.sequence)).toEqual([2, 1]);
  });

  it("settles at the very time, with no timers in between", async () => {
    await bench.post("/transfers", order(), "a");
    await bench.time.advance(SETTLE_MS - 1);
    expect(bench.delivered).toEqual([]);
    const before = bench.time.timersSet;
    await bench.time.advance(1);
    expect(bench.delivered).toHaveLength(1);
    // One for the delivery, one that bounds it, one for what is next.
    expect(bench.time.timersSet - before).toBeLessThanOrEqual(3);
    await bench.time.advance(3_600_000);
    expect(bench.time.timersSet - before).toBeLessThanOrEqual(3);
  });

  it("refuses a scenario that there is not, definitely and without remembering the key", async () => {
    expect(gist(await bench.post("/transfers", order({ scenario: "sucess" }), "a"))).toBe(
      "422 unknown_scenario",
    );
    expect(gist(await bench.post("/transfers", order(), "a"))).toBe("200 PENDING");
  });

  it("lets the named scenario win over a magic number", async () => {
    const destination = { kind: "bacs", account: "90000004" };
    const named = order({ destination, scenario: "instant_success" });
    expect(gist(await bench.post("/transfers", order({ destination }), "a"))).toBe(
      "402 insufficient_funds",
    );
    expect(gist(await bench.post("/transfers", named, "b"))).toBe("200 SETTLED");
  });
});

describe("held transfers", () => {
  it.each(Object.entries(TABLE))(
    "%s is followed on release",
    async (scenario, [calls, , states]) => {
      const held = gist(await bench.post("/transfers", order({ scenario, hold: true }), "hold"));
      if (scenario === "decline") {
        expect(held).toBe("402 insufficient_funds");
        expect(await bench.transfers()).toEqual([]);
        return;
      }
      expect(held).toBe("200 HELD");
      await bench.time.advance(10 * SETTLE_MS);
      expect(bench.delivered).toEqual([]);

      const answers: string[] = [];
      for (const _ of calls) {
        const call = bench.post("/transfers/hold/release", {}, "release");
        if (scenario === "slow") await bench.time.advance(1_500);
        answers.push(gist(await call));
      }
      expect(answers).toEqual(calls);
      await bench.time.advance(3 * SETTLE_MS);
      expect((await bench.transfers()).map(({ state }) => state)).toEqual(states);
    },
  );

  it("releases once, whatever the keys, and by id as by key", async () => {
    const held = await bench.post("/transfers", order({ hold: true }), "hold");
    const { transfer_id: id } = JSON.parse(held.kind === "reply" ? held.body : "{}");
    expect(gist(await bench.post(`/transfers/${id}/release`, {}, "r1"))).toBe("200 PENDING");
    expect(gist(await bench.post(`/transfers/${id}/release`, {}, "r2"))).toBe("200 PENDING");
    await bench.time.advance(SETTLE_MS);
    expect(bench.delivered).toHaveLength(1);
    expect(gist(await bench.post(`/transfers/${id}/release`, {}, "r1"))).toBe("200 PENDING");
  });

  it("refuses to release what was cancelled, and what is not there", async () => {
    await bench.post("/transfers", order({ hold: true }), "hold");
    await bench.post("/transfers/hold/cancel", {}, "cancel");
    expect(gist(await bench.post("/transfers/hold/release", {}, "r"))).toBe("409 not_held");
    expect(gist(await bench.post("/transfers/none/release", {}, "s"))).toBe(
      "404 transfer_not_found",
    );
  });
});
