import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accountOf,
  createRig,
  LOOKUP,
  never,
  payoutOf,
  type Rig,
  recipientOf,
  stepOf,
  WAYS,
} from "./rig.ts";

describe.each(WAYS)("the sandbox connector, %s", (way) => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await createRig(way);
  });
  afterEach(() => rig.dispose());

  it.each([
    ["success", ["accepted PENDING"]],
    ["instant_success", ["accepted SUCCESS"]],
    ["decline", ["rejected INSUFFICIENT_FUNDS", "rejected INSUFFICIENT_FUNDS"]],
    ["timeout_before_send", ["not_sent CONNECTOR_UNAVAILABLE", "accepted PENDING"]],
    ["timeout_after_accept", ["unknown OUTCOME_UNKNOWN", "accepted PENDING"]],
    ["server_error_after_accept", ["unknown OUTCOME_UNKNOWN", "accepted PENDING"]],
    ["unreadable_reply", ["unknown OUTCOME_UNKNOWN", "accepted PENDING"]],
    [
      "unavailable",
      ["not_sent CONNECTOR_UNAVAILABLE", "not_sent CONNECTOR_UNAVAILABLE", "accepted PENDING"],
    ],
    ["no_such_scenario", ["rejected UNKNOWN_SCENARIO"]],
  ])("%s", async (scenario, ends) => {
    for (const step of ["transfer", "release"] as const) {
      if (step === "release" && (scenario === "decline" || scenario === "no_such_scenario")) break;
      const { connector } = rig;
      const payout = payoutOf(scenario);
      const keys = { processorKeys: { hold: "hold" } };
      if (step === "release") {
        const held = await connector.callStep(
          stepOf("hold", payout, { processorKey: "hold", ...keys }),
        );
        expect(held).toMatchObject({ value: { status: "REQUIRES_FULFILLMENT" } });
      }
      const seen: string[] = [];
      for (const _ of ends) {
        const outcome = await connector.callStep(
          stepOf(step, payout, step === "release" ? keys : {}),
        );
        const what = outcome.kind === "accepted" ? outcome.value.status : outcome.error.reason;
        seen.push(`${outcome.kind} ${what}`);
      }
      expect(seen).toEqual(ends);
      const found = await connector.lookup(LOOKUP);
      expect(found.kind).toBe(seen.some((end) => end.startsWith("acc")) ? "found" : "not_found");
    }
  });

  it("finds what was accepted though the answer was lost, by key and by reference", async () => {
    await rig.connector.callStep(stepOf("transfer", payoutOf("timeout_after_accept")));
    const found = await rig.connector.lookup(LOOKUP);
    expect(found).toMatchObject({
      kind: "found",
      value: {
        status: "PENDING",
        sequence: 1,
        destinationAmount: { minorAmount: 1_050n, currency: "USD" },
      },
    });
    const references = found.kind === "found" ? (found.value.references ?? []) : [];
    expect(references).toEqual([{ kind: "transfer", id: expect.stringMatching(/^tr_/) }]);
    rig.time.skip(2_000);
    expect(await rig.connector.lookup({ ...LOOKUP, references, processorKeys: {} })).toMatchObject({
      kind: "found",
      value: { status: "SUCCESS", sequence: 2 },
    });
  });

  it("tells why it failed", async () => {
    await rig.connector.callStep(stepOf("transfer", payoutOf("account_closed")));
    rig.time.skip(2_000);
    expect(await rig.connector.lookup(LOOKUP)).toMatchObject({
      value: {
        status: "FAILED",
        error: {
          category: "CONNECTOR_DECLINED",
          reason: "ACCOUNT_CLOSED",
          connectorCode: "account_closed",
        },
      },
    });
  });

  it("keeps the processor's words of a decline, and only in its own fields", async () => {
    const outcome = await rig.connector.callStep(stepOf("transfer", payoutOf("decline")));
    expect(outcome).toEqual({
      kind: "rejected",
      error: {
        category: "CONNECTOR_DECLINED",
        reason: "INSUFFICIENT_FUNDS",
        message: "The balance at the processor does not cover this.",
        connectorCode: "insufficient_funds",
        connectorMessage: "The balance does not cover this.",
        connectorRequestId: expect.stringMatching(/^req_/),
      },
    });
  });

  it("does not call it refused when the key was used for something else", async () => {
    await rig.connector.callStep(stepOf("transfer", payoutOf()));
    const other = payoutOf(undefined, { amount: { minorAmount: 1n, currency: "USD" } });
    expect(await rig.connector.callStep(stepOf("transfer", other))).toMatchObject({
      kind: "unknown",
      error: { connectorCode: "idempotency_key_reused" },
    });
  });

  it("refuses a key that does not fit, and sends nothing", async () => {
    for (const processorKey of ["k".repeat(256), "with space", "umläut"]) {
      const step = stepOf("transfer", payoutOf(), { processorKey });
      expect(await rig.connector.callStep(step)).toMatchObject({
        kind: "rejected",
        error: { reason: "PROCESSOR_KEY_UNUSABLE" },
      });
    }
    expect(rig.ledger.prepare("SELECT count(*) FROM transfers").pluck().get()).toBe(0);
  });

  it("plans by fulfillment", () => {
    const { connector } = rig;
    expect(connector.plan("create", payoutOf())).toEqual(["transfer"]);
    expect(connector.plan("create", payoutOf("x", { fulfillment: "MANUAL" }))).toEqual(["hold"]);
    expect(connector.plan("transfer", payoutOf())).toEqual(["release"]);
    expect(["hold", "release", "transfer"].map(connector.effectOf)).toEqual([
      "HOLD",
      "MONEY",
      "MONEY",
    ]);
  });

  it("voids until it has settled", async () => {
    const { connector } = rig;
    expect(await connector.void?.({ ...LOOKUP, processorKey: "v0" })).toEqual({
      kind: "not_found",
    });
    await connector.callStep(stepOf("transfer", payoutOf()));
    expect(await connector.void?.({ ...LOOKUP, processorKey: "v1" })).toMatchObject({
      kind: "done",
    });
    expect(await connector.lookup(LOOKUP)).toMatchObject({ value: { status: "CANCELLED" } });
    const late = stepOf("transfer", payoutOf("instant_success"), {
      processorKey: "key-9",
      processorKeys: { transfer: "key-9" },
    });
    await connector.callStep(late);
    const voided = { ...LOOKUP, processorKeys: { transfer: "key-9" }, processorKey: "v2" };
    expect(await connector.void?.(voided)).toMatchObject({
      kind: "refused",
      error: { reason: "ALREADY_SETTLED" },
    });
  });

  it("does not take a transfer that is still held for its release", async () => {
    const { connector } = rig;
    const processorKeys = { hold: "key-1", release: "key-2" };
    await connector.callStep(stepOf("hold", payoutOf("timeout_after_accept")));
    const look = (step: string | null) => connector.lookup({ ...LOOKUP, processorKeys, step });
    expect(await look("hold")).toMatchObject({ value: { status: "REQUIRES_FULFILLMENT" } });
    expect(await look(null)).toMatchObject({ value: { status: "REQUIRES_FULFILLMENT" } });
    expect(await look("release")).toEqual({ kind: "not_found" });
    const release = await connector.callStep(stepOf("release", payoutOf()));
    expect(release.kind).toBe("unknown");
    expect(await look("release")).toMatchObject({ value: { status: "PENDING", sequence: 2 } });
  });

  it("leaves a release open when the transfer was cancelled, for the look-up to tell", async () => {
    const { connector } = rig;
    await connector.callStep(stepOf("hold", payoutOf()));
    await connector.void?.({ ...LOOKUP, processorKey: "v" });
    expect(await connector.callStep(stepOf("release", payoutOf()))).toMatchObject({
      kind: "unknown",
    });
  });

  it("quotes exactly, for 0, 2 and 3 decimals", async () => {
    const quote = (currency: string, destinationCurrency: string, minorAmount = 10_000n) =>
      rig.connector.quote?.({
        payout: payoutOf(undefined, { amount: { minorAmount, currency }, destinationCurrency }),
        signal: never,
      });
    expect(await quote("USD", "JPY")).toEqual({
      kind: "accepted",
      value: {
        rate: "151.5",
        fee: { minorAmount: 50n, currency: "USD" },
        destinationAmount: { minorAmount: 15_074n, currency: "JPY" },
        expireTime: rig.time.now() + 30 * 60_000,
      },
    });
    expect(await quote("KWD", "USD", 307n)).toMatchObject({
      value: { destinationAmount: { minorAmount: 99n } },
    });
    expect(await quote("USD", "KRW", 2n ** 53n - 1n)).toMatchObject({ kind: "accepted" });
    expect(await quote("VND", "USD", 1n)).toMatchObject({ kind: "accepted" });
  });

  it("pays what it quotes", async () => {
    const payout = payoutOf(undefined, {
      amount: { minorAmount: 10_000n, currency: "USD" },
      destinationCurrency: "JPY",
    });
    expect(await rig.connector.callStep(stepOf("transfer", payout))).toMatchObject({
      value: { destinationAmount: { minorAmount: 15_074n, currency: "JPY" } },
    });
  });

  it.each([
    [undefined, ["accepted"], "found"],
    ["decline", ["rejected"], "not_found"],
    ["unavailable", ["not_sent", "not_sent", "accepted"], "found"],
    ["timeout_before_send", ["not_sent", "accepted"], "found"],
    ["timeout_after_accept", ["unknown", "accepted"], "found"],
    ["unreadable_reply", ["unknown"], "found"],
  ] as const)("registers a recipient and an account under %s", async (scenario, ends, end) => {
    const { connector } = rig;
    const input = recipientOf(scenario);
    expect(await connector.lookupRecipient?.(input)).toEqual({ kind: "not_found" });
    for (const kind of ends) {
      expect((await connector.registerRecipient?.(input))?.kind).toBe(kind);
    }
    const recipient = await connector.lookupRecipient?.(input);
    expect(recipient?.kind).toBe(end);
    if (recipient?.kind !== "found") return;
    expect(recipient.value.status).toBe("ACTIVE");
    const account = accountOf(recipient.value.connectorRecipientId);
    for (const kind of ends) {
      expect((await connector.registerAccount?.(account))?.kind).toBe(kind);
    }
    expect(await connector.lookupAccount?.(account)).toMatchObject({
      kind: "found",
      value: { status: "VERIFIED", connectorAccountId: expect.stringMatching(/^ac_/) },
    });
  });

  it("registers an account of a recipient that is not registered", async () => {
    expect(await rig.connector.registerAccount?.(accountOf(null))).toMatchObject({
      kind: "accepted",
    });
    const unknown = { ...accountOf("rec_none"), processorKey: "other" };
    expect(await rig.connector.registerAccount?.(unknown)).toMatchObject({ kind: "rejected" });
  });

  it("ends at the caller's limit: unknown once sent, not sent before", async () => {
    const limit = new AbortController();
    const call = rig.connector.callStep(
      stepOf("transfer", payoutOf("slow"), { signal: limit.signal }),
    );
    await expect
      .poll(() => rig.ledger.prepare("SELECT count(*) FROM transfers").pluck().get())
      .toBe(1);
    limit.abort();
    expect((await call).kind).toBe("unknown");
    const late = stepOf("transfer", payoutOf(), { processorKey: "b", signal: limit.signal });
    expect((await rig.connector.callStep(late)).kind).toBe("not_sent");
    expect(await rig.connector.lookup({ ...LOOKUP, signal: limit.signal })).toMatchObject({
      kind: "unreachable",
    });
  });

  it("is quick with every fault but slowness", async () => {
    for (const scenario of ["timeout_before_send", "timeout_after_accept", "unavailable"]) {
      const start = performance.now();
      const step = stepOf("transfer", payoutOf(scenario), { processorKey: scenario });
      await rig.connector.callStep(step);
      expect(performance.now() - start).toBeLessThan(1_000);
    }
  });

  it("calls nothing after a stop", async () => {
    await rig.processor.stop();
    expect((await rig.connector.callStep(stepOf("transfer", payoutOf()))).kind).toBe("not_sent");
  });
});
