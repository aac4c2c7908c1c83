import { describe, expect, it } from "vitest";
import type { ProcessorState } from "../../src/connectors/connector.ts";
import type { PayoutMethodInput } from "../../src/domain/payout-method/index.ts";
import { limits } from "../../src/limits.ts";
import type { Call } from "../../src/service/call.ts";
import { type CreateLink, createLink } from "../../src/service/create-link.ts";
import { recordNews } from "../../src/service/record-news.ts";
import { redeemLink } from "../../src/service/redeem-link.ts";
import { resendLink } from "../../src/service/resend-link.ts";
import { revokeLink } from "../../src/service/revoke-link.ts";
import { visitLink } from "../../src/service/visit-link.ts";
import { voidPayout } from "../../src/service/void-payout.ts";
import { Bench } from "../engine/bench.ts";
import { settle } from "../engine/fake-clock.ts";
import { error } from "../engine/processor-double.ts";
import { serviceContextOf } from "./service-context-of.ts";

const PAYPAL: PayoutMethodInput = { kind: "paypal", email: "jane@example.com" };
const OTHER: PayoutMethodInput = { kind: "paypal", email: "jane.doe@example.com" };
const LINK: CreateLink = {
  merchantPayoutId: null,
  amount: { minorAmount: 5000n, currency: "USD" },
  destinationCurrency: null,
  connector: null,
  priority: null,
  description: "",
  metadata: {},
  allowedMethods: [],
  expireTime: null,
  ttl: null,
  returnUrl: "",
  allowedOrigins: [],
  recipient: null,
  locale: "",
  claimCode: null,
  host: "SERVICE",
};
const refusedWith = (reason: string) =>
  ({ accepts: false, reply: { kind: "rejected", error: error(reason) } }) as const;

async function open(
  changes: Partial<CreateLink> = {},
  options: Parameters<typeof Bench.open>[0] = {},
) {
  const bench = await Bench.open({ manifest: { methods: ["paypal", "ach"] }, ...options });
  const process = bench.process();
  const context = serviceContextOf(process);
  const { merchantId } = bench.world;
  const call = (): Call => ({
    caller: { merchantId, livemode: false, operator: false, keyId: "key", scopes: [] },
    claim: null,
    fingerprint: "",
    answerBy: bench.clock.time,
    signal: new AbortController().signal,
  });
  const { value } = await createLink(context, call(), { ...LINK, ...changes });
  const { linkId } = value.link;
  let token = tokenOf(value.url);
  const from = (address = "192.0.2.1", claimSecret = "") => ({ token, address, claimSecret });
  return {
    bench,
    process,
    context,
    call,
    link: value.link,
    payout: value.payout,
    token: () => token,
    resend: async () => {
      const { value: resent } = await resendLink(context, call(), { linkId, reason: "" });
      token = tokenOf(resent.url);
      return resent;
    },
    visit: (claimSecret = "", address?: string) => visitLink(context, from(address, claimSecret)),
    claim: async (method: PayoutMethodInput = PAYPAL, claimCode = "", address?: string) => {
      const person = {
        type: "INDIVIDUAL",
        individual: { givenName: "Jane", familyName: "Doe" },
      } as const;
      const claimed = await redeemLink(context, { ...from(address), claimCode, method, person });
      await settle();
      return claimed;
    },
    stored: () => bench.stored(value.payout),
    /** Tells what the processor says of the attempt that counts now, whenever it is told. */
    listener: async () => {
      const { payoutId } = value.payout;
      const [attempt] = (await bench.stored(value.payout)).attempts;
      const processorKey = attempt?.steps[0]?.processorKey ?? "";
      return (state: ProcessorState) =>
        recordNews(context, { connector: "double", payoutId, processorKey, state });
    },
  };
}

function tokenOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

describe("a link's visitors", () => {
  it("see what they can give, and nothing of pages that are for others", async () => {
    const { visit } = await open();
    expect(await visit()).toMatchObject({
      kind: "open",
      methods: ["ach", "paypal"],
      asksName: true,
      trouble: null,
      branding: { name: "Shop", accentColor: null, logoPath: null },
    });
    const only = await open({ allowedMethods: ["ach"] });
    expect(await only.visit()).toMatchObject({ methods: ["ach"] });
  });

  it("see what came of it by the browser that claimed it, and by no other", async () => {
    const { bench, claim, visit, process, payout } = await open();
    bench.processor.status = "PENDING";
    const { claimSecret } = await claim();
    expect(claimSecret).toMatch(/^[\w-]{43}$/);
    expect(await visit(claimSecret)).toMatchObject({ kind: "result", result: "UNDER_WAY" });
    for (const secret of ["", "wrong", claimSecret.toUpperCase()]) {
      await expect(visit(secret)).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    }
    bench.processor.status = "SUCCESS";
    await bench.finish(payout, process);
    expect(await visit(claimSecret)).toMatchObject({ kind: "result", result: "PAID" });
  });

  it("are refused after wrong tokens of one address, for a minute, and no other address is", async () => {
    const { bench, context, visit, claim } = await open();
    const { tries, windowMs } = limits.linkAddress;
    const guess = (address: string) =>
      visitLink(context, { token: "x".repeat(43), address, claimSecret: "" });
    // One network of IPv6 is one guesser.
    const own = (index: number) => `2001:db8:0:1::${index.toString(16)}`;
    for (let i = 0; i < tries; i += 1) {
      await expect(guess(own(i))).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    }
    const exhausted = { reason: "LINK_TRIES_EXHAUSTED", retryAfterMs: windowMs };
    await expect(guess(own(tries))).rejects.toMatchObject(exhausted);
    await expect(visit("", own(1))).rejects.toMatchObject(exhausted);
    await expect(claim(PAYPAL, "", own(1))).rejects.toMatchObject(exhausted);
    await expect(guess("2001:db8:0:2::1")).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    expect(await visit()).toMatchObject({ kind: "open" });
    await bench.clock.advance(windowMs);
    expect(await visit("", own(1))).toMatchObject({ kind: "open" });
  });
});

describe("a link with a claim code", () => {
  it("counts wrong codes by address too, over many links", async () => {
    const { context, call, bench } = await open();
    const { tries } = limits.linkAddress;
    const urls: string[] = [];
    for (let i = 0; i * limits.claimCodes.tries < tries; i += 1) {
      const made = await createLink(context, call(), { ...LINK, claimCode: "right" });
      urls.push(made.value.url);
    }
    const guess = (url: string, claimCode: string) =>
      redeemLink(context, {
        token: tokenOf(url),
        address: "192.0.2.1",
        claimCode,
        method: PAYPAL,
        person: { type: "INDIVIDUAL", individual: { givenName: "Jane", familyName: "Doe" } },
      });
    for (const url of urls) {
      for (let i = 0; i < limits.claimCodes.tries; i += 1) {
        await expect(guess(url, `wrong-${i}`)).rejects.toMatchObject({
          reason: "CLAIM_CODE_WRONG",
        });
      }
    }
    const more = await createLink(context, call(), { ...LINK, claimCode: "right" });
    const refused = { reason: "LINK_TRIES_EXHAUSTED" };
    await expect(guess(more.value.url, "right")).rejects.toMatchObject(refused);
    expect(bench.processor.log).toEqual([]);
  });

  it("is claimed by nobody once wrong codes in all have locked it, until it is sent anew", async () => {
    const { bench, context, call, claim, visit, resend, link, stored } = await open({
      claimCode: "7312",
    });
    const { tries, windowMs, inAll } = limits.claimCodes;
    for (let i = 0; i < inAll; i += 1) {
      await expect(claim(PAYPAL, `wrong-${i}`)).rejects.toMatchObject({
        reason: "CLAIM_CODE_WRONG",
      });
      if ((i + 1) % tries === 0) await bench.clock.advance(windowMs);
    }
    // The right one is of no use either, and strangers see what they see of any dead link.
    await expect(claim(PAYPAL, "7312")).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    await expect(visit()).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    const { merchantId } = bench.world;
    const { links } = context.repository;
    expect(await links.find(merchantId, link.linkId)).toMatchObject({
      state: "ACTIVE",
      locked: true,
    });
    expect(await resend()).toMatchObject({ link: { locked: false, tokenVersion: 2 } });
    await claim(PAYPAL, "7312");
    expect((await stored()).link).toMatchObject({ state: "CLAIMED" });
    await expect(
      revokeLink(context, call(), { linkId: link.linkId, reason: "" }),
    ).rejects.toMatchObject({ metadata: { state: "CLAIMED" } });
  });
});

describe("a link that is sent anew", () => {
  it("has another address, and the old one is dead", async () => {
    const { context, visit, resend, token } = await open();
    const old = { token: token(), address: "192.0.2.1", claimSecret: "" };
    const { link, url } = await resend();
    expect(url).not.toContain(old.token);
    expect(link).toMatchObject({ state: "ACTIVE", tokenVersion: 2 });
    await expect(visitLink(context, old)).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    expect(await visit()).toMatchObject({ kind: "open" });
  });

  it("is one that waits: not claimed, taken back, nor past its time", async () => {
    const claimed = await open();
    await claimed.claim();
    await expect(claimed.resend()).rejects.toMatchObject({ metadata: { state: "CLAIMED" } });
    const late = await open({ ttl: 1000 });
    await late.bench.clock.advance(1000);
    await expect(late.resend()).rejects.toMatchObject({ metadata: { state: "EXPIRED" } });
    const other = await open();
    await voidPayout(other.context, other.call(), {
      payoutId: other.payout.payoutId,
      reason: "",
    });
    await expect(other.resend()).rejects.toMatchObject({ metadata: { state: "REVOKED" } });
  });
});

describe("a claim that fails for what the recipient can mend", () => {
  it("opens the link again, says why in our words, and pays to another account", async () => {
    const { bench, claim, visit, stored, process, payout, link } = await open();
    bench.processor.script.push({
      accepts: false,
      reply: {
        kind: "rejected",
        error: { ...error("ACCOUNT_CLOSED"), connectorMessage: "word-of-the-processor" },
      },
    });
    const first = await claim();
    const reopened = await stored();
    expect(reopened).toMatchObject({
      payout: {
        status: "REQUIRES_PAYOUT_METHOD_DATA",
        error: { reason: "ACCOUNT_CLOSED" },
        waitingFor: { reason: "PAYOUT_METHOD_DATA" },
      },
      link: { state: "ACTIVE", claimTime: null, expireTime: link.expireTime },
      attempts: [{ state: "DEAD" }],
      job: { runAt: link.expireTime, lease: null },
    });
    for (const secret of ["", first.claimSecret]) {
      const seen = await visit(secret);
      expect(seen).toMatchObject({ kind: "open", trouble: "ACCOUNT_CLOSED" });
      const { payout: _whole, ...shown } = seen;
      expect(JSON.stringify(shown)).not.toContain("word-of-the-processor");
    }
    const second = await claim(OTHER);
    const end = await bench.finish(payout, process);
    expect(end).toMatchObject({
      payout: { status: "SUCCESS", error: null },
      link: { state: "CLAIMED" },
      attempts: [
        { number: 1, state: "DEAD" },
        { number: 2, state: "ACCEPTED" },
      ],
    });
    expect(end.payout.recipientId).not.toBe(reopened.payout.recipientId);
    expect(bench.processor.ledger).toHaveLength(1);
    expect(await visit(second.claimSecret)).toMatchObject({ result: "PAID" });
    await expect(visit(first.claimSecret)).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    const events = await bench.world.eventsOf(link.linkId);
    expect(events.map(({ type, previousStatus }) => [type, previousStatus])).toEqual([
      ["payout_link.active", ""],
      ["payout_link.claimed", "ACTIVE"],
      ["payout_link.active", "CLAIMED"],
      ["payout_link.claimed", "ACTIVE"],
    ]);
  });

  it("opens it again when the no comes later, once, however often and late it is told", async () => {
    const { bench, listener, claim, stored, process, payout, link } = await open();
    bench.processor.status = "PENDING";
    await claim();
    const hear = await listener();
    const failed = { status: "FAILED", error: error("NAME_MISMATCH") } as const;
    await hear(failed);
    const reopened = await stored();
    expect(reopened).toMatchObject({
      payout: { status: "REQUIRES_PAYOUT_METHOD_DATA", error: { reason: "NAME_MISMATCH" } },
      link: { state: "ACTIVE" },
      job: { runAt: link.expireTime },
    });
    for (const state of [failed, { status: "PENDING" } as const]) {
      await hear(state);
      const again = await stored();
      expect({ ...again, job: null }).toEqual({ ...reopened, job: null });
      expect(again.job?.runAt).toBe(link.expireTime);
    }
    bench.processor.status = "SUCCESS";
    await claim(OTHER);
    // The first attempt is not the one that counts any more.
    await hear(failed);
    expect((await bench.finish(payout, process)).payout.status).toBe("SUCCESS");
  });

  it("opens it again when what stood of it has been taken back, and not before", async () => {
    const { bench, claim, stored, process, payout } = await open(
      {},
      {
        plan: ["transfer", "payout"],
        undoOf: (step) => (step === "transfer" ? "reverse" : undefined),
      },
    );
    bench.processor.script.push({ accepts: true }, refusedWith("ACCOUNT_CLOSED"), {
      accepts: false,
      reply: "not_sent",
    });
    await claim();
    expect(await stored()).toMatchObject({
      payout: { status: "PENDING", waitingFor: { reason: "UNDOING" } },
      link: { state: "CLAIMED" },
    });
    await bench.toNext();
    await process.work();
    expect(await stored()).toMatchObject({
      payout: { status: "REQUIRES_PAYOUT_METHOD_DATA", error: { reason: "ACCOUNT_CLOSED" } },
      link: { state: "ACTIVE" },
      attempts: [{ state: "DEAD" }],
    });
    await claim(OTHER);
    expect((await bench.finish(payout, process)).payout.status).toBe("SUCCESS");
    const steps = bench.processor.ledger.map(({ step }) => step);
    expect(steps).toEqual(["transfer", "reverse", "transfer", "payout"]);
  });

  it("closes it when the first account was paid after all, so that nobody is paid twice", async () => {
    const { bench, listener, claim, stored, visit } = await open();
    bench.processor.status = "PENDING";
    const { claimSecret } = await claim();
    const hear = await listener();
    const failed = { status: "FAILED", error: error("ACCOUNT_CLOSED") } as const;
    await hear(failed);
    await hear({ status: "SUCCESS" });
    expect(await stored()).toMatchObject({
      payout: { status: "SUCCESS", error: null },
      link: { state: "CLAIMED" },
      job: null,
    });
    await expect(claim(OTHER)).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
    expect(await visit(claimSecret)).toMatchObject({ result: "PAID" });
  });

  it("is a definite end for any other reason, and says so", async () => {
    const { bench, claim, visit, stored } = await open();
    bench.processor.script.push(refusedWith("INSUFFICIENT_FUNDS"));
    const { claimSecret } = await claim();
    expect((await stored()).payout.status).toBe("FAILED");
    expect(await visit(claimSecret)).toMatchObject({ kind: "result", result: "FAILED" });
    await expect(visit()).rejects.toMatchObject({ reason: "LINK_NOT_FOUND" });
  });

  it("can be voided, revoked, or expire, as any link that waits", async () => {
    const voided = await open();
    voided.bench.processor.script.push(refusedWith("ACCOUNT_CLOSED"));
    await voided.claim();
    await voidPayout(voided.context, voided.call(), {
      payoutId: voided.payout.payoutId,
      reason: "",
    });
    expect(await voided.stored()).toMatchObject({
      payout: { status: "CANCELLED" },
      link: { state: "REVOKED" },
      job: null,
    });
    const expired = await open();
    expired.bench.processor.script.push(refusedWith("ACCOUNT_CLOSED"));
    await expired.claim();
    await expired.bench.toNext();
    expect(expired.bench.clock.time).toBe(expired.link.expireTime);
    await expired.process.work();
    expect(await expired.stored()).toMatchObject({
      payout: { status: "EXPIRED" },
      link: { state: "EXPIRED" },
      job: null,
    });
  });
});
