import { describe, expect, it } from "vitest";
import type { ConnectorManifest } from "../../src/connectors/connector.ts";
import { ServiceError } from "../../src/domain/errors.ts";
import type { Call } from "../../src/service/call.ts";
import { type CreateLink, createLink, type LinkAnswer } from "../../src/service/create-link.ts";
import { getLink } from "../../src/service/lists.ts";
import { recordNews } from "../../src/service/record-news.ts";
import { resendLink } from "../../src/service/resend-link.ts";
import { revokeLink } from "../../src/service/revoke-link.ts";
import { transferPayout } from "../../src/service/transfer-payout.ts";
import { voidPayout } from "../../src/service/void-payout.ts";
import { Bench, type CrashPoint } from "../engine/bench.ts";
import { settle } from "../engine/fake-clock.ts";
import { error, ProcessorDouble } from "../engine/processor-double.ts";
import { LEASE_MS } from "../repository/fixtures.ts";
import { serviceContextOf } from "./service-context-of.ts";

const DAY = 24 * 60 * 60 * 1000;
const URL = "https://pay.processor.example/p/secret-7Q";
const LINK: CreateLink = {
  merchantPayoutId: null,
  amount: { minorAmount: 5000n, currency: "GBP" },
  destinationCurrency: null,
  connector: null,
  priority: null,
  description: "Prize",
  metadata: {},
  allowedMethods: [],
  expireTime: null,
  ttl: 3 * DAY,
  returnUrl: "",
  allowedOrigins: [],
  recipient: { type: "INDIVIDUAL", individual: { givenName: "Jane", familyName: "Doe" } },
  locale: "",
  claimCode: null,
  host: "PROCESSOR",
};
const MANIFEST: Partial<ConnectorManifest> = {
  links: { minMs: DAY, maxMs: 7 * DAY, stepMs: DAY },
};
const REFUSED = {
  accepts: false,
  reply: { kind: "rejected", error: error("LIMIT_EXCEEDED") },
} as const;

const OPTIONS = { manifest: MANIFEST, plans: { link: ["link"] }, moves: () => false };

/** A bench whose processor makes links, which wait to be claimed. */
async function open(crash?: CrashPoint, options: Parameters<typeof Bench.open>[0] = OPTIONS) {
  const bench = await Bench.open(options);
  const { processor } = bench;
  processor.status = "REQUIRES_PAYOUT_METHOD_DATA";
  processor.acceptedStatus = "REQUIRES_PAYOUT_METHOD_DATA";
  processor.link = { url: URL, expireTime: bench.clock.time + 3 * DAY + 1234 };
  const process = bench.process(crash);
  const context = serviceContextOf(process);
  const { merchantId } = bench.world;
  const call = (key: string | null = null): Call => ({
    caller: { merchantId, livemode: false, operator: false, keyId: "key", scopes: [] },
    claim: key === null ? null : { method: "PayoutService.CreateLink", key, fingerprint: "f" },
    fingerprint: "f",
    answerBy: bench.clock.time + 2000,
    signal: new AbortController().signal,
  });
  /** Lets time pass while a call is answered. */
  const soon = async <T>(answer: Promise<T>): Promise<T> => {
    const settled = answer.then(
      (value) => ({ value }),
      (problem: unknown) => ({ problem }),
    );
    for (let turn = 0; turn < 4; turn += 1) {
      await settle();
      await bench.clock.advance(1000);
    }
    const end = await settled;
    if ("problem" in end) throw end.problem;
    return end.value;
  };
  return {
    bench,
    process,
    context,
    call,
    soon,
    create: (changes: Partial<CreateLink> = {}, key: string | null = null) =>
      soon(createLink(context, call(key), { ...LINK, ...changes })),
    look: async ({ link }: Pick<LinkAnswer, "link">) => {
      const { payout } = await bench.stored(link);
      return { payout, ...(await getLink(context, call().caller, link.linkId)) };
    },
    hear: async (
      { payout }: Pick<LinkAnswer, "payout">,
      state: Parameters<typeof recordNews>[1]["state"],
    ) => {
      const { payoutId } = payout;
      const [attempt] = (await bench.stored(payout)).attempts;
      const processorKey = attempt?.steps[0]?.processorKey ?? "";
      await recordNews(context, { connector: "double", payoutId, processorKey, state });
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function texts({ bench }: Opened, payoutId: string, linkId: string): Promise<string> {
  const events = [
    ...(await bench.world.eventsOf(payoutId)),
    ...(await bench.world.eventsOf(linkId)),
  ];
  return JSON.stringify(events, (_name, value) => (typeof value === "bigint" ? `${value}` : value));
}

describe("a processor's own link", () => {
  it("is made by one step, and answered with the processor's address and time", async () => {
    const at = await open();
    const { bench } = at;
    const { value } = await at.create();
    expect(value).toMatchObject({
      url: URL,
      payout: {
        status: "REQUIRES_PAYOUT_METHOD_DATA",
        waitingFor: { reason: "PAYOUT_METHOD_DATA" },
        linkId: value.link.linkId,
        payoutMethod: null,
      },
      link: { host: "PROCESSOR", state: "ACTIVE", expireTime: bench.processor.link?.expireTime },
    });
    expect(bench.processor.calls).toMatchObject([
      {
        step: "link",
        payout: { method: null, link: { ttlMs: 3 * DAY }, person: { type: "INDIVIDUAL" } },
      },
    ]);
    expect(await at.look(value)).toMatchObject({ url: URL, link: { state: "ACTIVE" } });
    // Neither in events nor in what is loaded.
    const { payoutId } = value.payout;
    expect(await texts(at, payoutId, value.link.linkId)).not.toContain(URL);
    expect(await bench.stored(value.payout)).not.toHaveProperty("linkUrl");
    const events = await bench.world.eventsOf(payoutId);
    expect(events.map(({ type }) => type)).toEqual(["payout.created", "payout.requires_action"]);
    const linkEvents = await bench.world.eventsOf(value.link.linkId);
    expect(linkEvents.map(({ type }) => type)).toEqual(["payout_link.active"]);
  });

  it("lives the default time, as far as the processor offers it", async () => {
    const { create, bench } = await open();
    await create({ ttl: null });
    expect(bench.processor.calls[0]?.payout).toMatchObject({ link: { ttlMs: 7 * DAY } });
  });

  it("cannot be claimed here by any token", async () => {
    const { create, context } = await open();
    const { link } = (await create()).value;
    // What stands in its place is found by nothing that a SHA-256 in hexadecimals could be.
    const found = await context.repository.links.findByTokenHash(`none ${link.linkId}`);
    expect(found?.link).toMatchObject({ linkId: link.linkId });
  });

  it("is answered the same when its call is repeated, whatever has become of it", async () => {
    const at = await open();
    const first = await at.create({}, "key");
    await at.hear(first.value, { status: "PENDING" });
    const again = await at.create({}, "key");
    expect(again).toEqual({ ...first, replayed: true });
    expect(at.bench.processor.ledger).toHaveLength(1);
  });

  it("is refused with each field that the processor's page cannot honour", async () => {
    const { create, bench } = await open();
    for (const [changes, field] of [
      [{ allowedMethods: ["paypal"] }, "allowed_methods"],
      [{ returnUrl: "https://shop.example" }, "return_url"],
      [{ locale: "de" }, "locale"],
      [{ claimCode: "1234" }, "claim_code"],
      [{ allowedOrigins: ["https://shop.example"] }, "allowed_origins"],
      [{ destinationCurrency: "EUR" }, "destination_currency"],
      [{ recipient: null }, "recipient"],
      [{ ttl: null, expireTime: bench.clock.time + DAY }, "expire_time"],
      [{ ttl: DAY - 1 }, "ttl"],
      [{ ttl: DAY + 1 }, "ttl"],
      [{ ttl: 8 * DAY }, "ttl"],
    ] as const) {
      const refused = await create(changes).catch((problem: unknown) => problem);
      expect(refused, field).toBeInstanceOf(ServiceError);
      expect(refused, field).toMatchObject({
        reason: "VALIDATION_FAILED",
        violations: [expect.objectContaining({ field })],
      });
    }
    expect(bench.processor.log).toEqual([]);
  });

  it("is refused by a connector that makes none, which names one that does", async () => {
    const at = await open();
    const after = () => Promise.resolve();
    at.bench.others.push(new ProcessorDouble({ after, manifest: { name: "alone" } }));
    const context = serviceContextOf(at.bench.process());
    const asked = createLink(context, at.call(), { ...LINK, connector: "alone" });
    await expect(at.soon(asked)).rejects.toMatchObject({
      reason: "CONNECTOR_UNSUPPORTED",
      metadata: { connector: "alone", lacking: "operation", connectors: "double" },
    });
    // Unnamed, the one that can is taken.
    const { value } = await at.soon(createLink(context, at.call(), LINK));
    expect(value.payout.connector).toBe("double");
  });

  it("that the processor will not make ends FAILED, and nobody can claim it", async () => {
    const { create, bench, look } = await open();
    bench.processor.script.push(REFUSED);
    const { value } = await create();
    expect(value).toMatchObject({
      url: "",
      payout: { status: "FAILED", error: { reason: "LIMIT_EXCEEDED" } },
      link: { state: "REVOKED" },
    });
    expect(await look(value)).toMatchObject({ url: "" });
    expect((await bench.stored(value.payout)).job).toBeNull();
  });

  it("goes to the next connector that makes links, and is a link there too", async () => {
    const at = await open();
    const second = new ProcessorDouble({
      ...OPTIONS,
      after: () => Promise.resolve(),
      manifest: { ...MANIFEST, name: "second" },
    });
    second.acceptedStatus = "REQUIRES_PAYOUT_METHOD_DATA";
    second.link = { url: `${URL}-2` };
    at.bench.others.push(second);
    at.bench.processor.script.push(REFUSED);
    const context = serviceContextOf(at.bench.process());
    const { value } = await at.soon(createLink(context, at.call(), LINK));
    expect(value).toMatchObject({ url: `${URL}-2`, payout: { connector: "second" } });
    expect(second.calls).toMatchObject([{ payout: { method: null } }]);
  });

  it("cannot be sent anew, staged or transferred", async () => {
    const at = await open();
    const { link, payout } = (await at.create()).value;
    const resent = resendLink(at.context, at.call(), { linkId: link.linkId, reason: "" });
    await expect(resent).rejects.toMatchObject({ reason: "CONNECTOR_UNSUPPORTED" });
    const { payoutId } = payout;
    const moved = transferPayout(at.context, at.call(), { payoutId, etag: null, note: "" });
    await expect(moved).rejects.toMatchObject({ reason: "PAYOUT_STATE_CONFLICT" });
  });
});

describe("a link whose answer was lost", () => {
  it("is neither failed nor claimed; its address is known once it is found", async () => {
    const at = await open();
    const { bench } = at;
    bench.processor.script.push({ accepts: true, reply: "unknown" });
    bench.processor.lookupFails = true;
    const first = await at.create({}, "key");
    expect(first.value).toMatchObject({
      url: "",
      payout: {
        status: "REQUIRES_CREATION",
        error: { category: "OUTCOME_UNKNOWN" },
        waitingFor: { reason: "OUTCOME_UNKNOWN" },
      },
      link: { state: "ACTIVE" },
    });
    bench.processor.lookupFails = false;
    await bench.toNext();
    await at.process.work();
    expect(await at.look(first.value)).toMatchObject({
      url: URL,
      payout: { status: "REQUIRES_PAYOUT_METHOD_DATA", error: null },
    });
    expect(bench.processor.log.filter((line) => line === "call link")).toHaveLength(1);
    // The repeat of the call brings the address too.
    expect((await at.create({}, "key")).value).toEqual({ ...first.value, url: URL });
  });

  it("and that did not arrive is made by a repeat under its key", async () => {
    const at = await open();
    const { bench } = at;
    bench.processor.script.push({ accepts: false, reply: "unknown" });
    const { value } = await at.create();
    await bench.toNext();
    await at.process.work();
    expect(await at.look(value)).toMatchObject({ url: URL });
    const keys = new Set(bench.processor.calls.map(({ processorKey }) => processorKey));
    expect([keys.size, bench.processor.calls.length]).toEqual([1, 2]);
    const said = bench.processor.calls.map(({ payout }) => payout);
    expect(said[1]).toEqual(said[0]);
  });

  it("is stopped without being made again", async () => {
    const at = await open();
    const { bench } = at;
    bench.processor.script.push({ accepts: true, reply: "unknown" });
    bench.processor.lookupFails = true;
    const { value } = await at.create();
    bench.processor.voidScript.push({ kind: "done" });
    const { payoutId } = value.payout;
    await at.soon(voidPayout(at.context, at.call(), { payoutId, reason: "" }));
    expect(await at.look(value)).toMatchObject({
      payout: { status: "CANCELLED" },
      link: { state: "REVOKED" },
    });
    expect(bench.processor.calls).toHaveLength(1);
  });

  it("is made once wherever the process dies, and never two", async () => {
    const whole = await open();
    await whole.create();
    expect(whole.process.seams).toBeGreaterThan(3);
    for (let seam = 1; seam <= whole.process.seams; seam += 1) {
      for (const when of ["before", "after"] as const) {
        const at = await open({ seam, when });
        const { bench } = at;
        void at.create();
        await settle();
        await bench.clock.advance(LEASE_MS);
        const second = bench.process();
        for (let turn = 0; turn < 5; turn += 1) {
          await second.work();
          if ((await bench.world.repository.jobs.nextClaimableAt()) !== null) await bench.toNext();
        }
        const { merchantId } = bench.world;
        const filter = { merchantId, state: [], payoutId: null };
        const links = await bench.world.repository.links.list(filter, { limit: 9, after: null });
        const where = `dead ${when} seam ${seam}`;
        expect(bench.processor.ledger, where).toHaveLength(1);
        expect(links, where).toMatchObject([{ state: "ACTIVE" }]);
        const [link] = links;
        if (link === undefined) return;
        expect(await bench.world.repository.links.url(link), where).toBe(URL);
        const { payout } = await bench.stored(link);
        expect(payout.status, where).toBe("REQUIRES_PAYOUT_METHOD_DATA");
      }
    }
  });
});

describe("what becomes of a processor's own link", () => {
  it("is claimed, and paid", async () => {
    const at = await open();
    const { value } = await at.create();
    await at.hear(value, { status: "PENDING" });
    expect(await at.look(value)).toMatchObject({
      url: "",
      payout: { status: "PENDING" },
      link: { state: "CLAIMED", claimTime: expect.any(Number) },
    });
    at.bench.processor.status = "SUCCESS";
    const end = await at.bench.finish(value.payout, at.process);
    expect(end).toMatchObject({ payout: { status: "SUCCESS" }, link: { state: "CLAIMED" } });
    const types = (await at.bench.world.eventsOf(value.link.linkId)).map(({ type }) => type);
    expect(types).toEqual(["payout_link.active", "payout_link.claimed"]);
  });

  it("waits to be claimed again when the processor says so", async () => {
    const at = await open();
    const { value } = await at.create();
    await at.hear(value, { status: "PENDING" });
    await at.hear(value, { status: "REQUIRES_PAYOUT_METHOD_DATA" });
    expect(await at.look(value)).toMatchObject({
      url: URL,
      link: { state: "ACTIVE", claimTime: null },
    });
  });

  it("fails by what a recipient of ours could mend: the processor's link is over", async () => {
    const at = await open();
    const { value } = await at.create();
    await at.hear(value, { status: "PENDING" });
    await at.hear(value, { status: "FAILED", error: error("ACCOUNT_CLOSED") });
    expect(await at.look(value)).toMatchObject({
      payout: { status: "FAILED", error: { reason: "ACCOUNT_CLOSED" } },
      link: { state: "CLAIMED" },
    });
  });

  it("does not expire by our clock: money may be moving", async () => {
    const at = await open();
    const { bench } = at;
    const { value } = await at.create();
    await bench.clock.advance(8 * DAY);
    for (let turn = 0; turn < 3; turn += 1) {
      await at.process.work();
      await bench.toNext();
    }
    expect(await at.look(value)).toMatchObject({
      payout: { status: "REQUIRES_PAYOUT_METHOD_DATA" },
      link: { state: "ACTIVE" },
    });
    bench.processor.status = "EXPIRED";
    expect(await bench.finish(value.payout, at.process)).toMatchObject({
      payout: { status: "EXPIRED" },
      link: { state: "EXPIRED" },
      job: null,
    });
  });

  it("has expired there before anybody has heard of it", async () => {
    const at = await open();
    at.bench.processor.script.push({ accepts: true, reply: "unknown" });
    at.bench.processor.status = "EXPIRED";
    const { value } = await at.create();
    expect(await at.bench.finish(value.payout, at.process)).toMatchObject({
      payout: { status: "EXPIRED" },
      link: { state: "EXPIRED" },
    });
  });

  it("waits at the processor, and is answered without an address", async () => {
    const at = await open();
    at.bench.processor.acceptedStatus = "INITIATED";
    at.bench.processor.link = undefined;
    const { value } = await at.create();
    expect(value).toMatchObject({
      url: "",
      payout: { status: "INITIATED", waitingFor: { reason: "SETTLEMENT" } },
      link: { state: "ACTIVE" },
    });
    at.bench.processor.link = { url: URL };
    await at.bench.toNext();
    await at.process.work();
    expect(await at.look(value)).toMatchObject({ url: URL });
  });
});

describe("a processor's own link is taken back", () => {
  it.each(["void", "revoke"] as const)("by %s, at the processor", async (way) => {
    const at = await open();
    const { link, payout } = (await at.create()).value;
    at.bench.processor.voidScript.push({ kind: "done" });
    const call = at.call();
    if (way === "void") {
      await at.soon(voidPayout(at.context, call, { payoutId: payout.payoutId, reason: "" }));
    } else {
      const revoked = revokeLink(at.context, call, { linkId: link.linkId, reason: "" });
      expect((await at.soon(revoked)).value).toMatchObject({ state: "REVOKED" });
    }
    expect(at.bench.processor.log.at(-1)).toBe("void");
    expect(await at.look({ link })).toMatchObject({
      url: "",
      payout: { status: "CANCELLED" },
      link: { state: "REVOKED" },
    });
  });

  it("and answers the same when that is repeated", async () => {
    const at = await open();
    const { linkId } = (await at.create()).value.link;
    at.bench.processor.voidScript.push({ kind: "done" });
    const claim = { method: "LinkService.RevokeLink", key: "k", fingerprint: "f" };
    const revoke = () =>
      at.soon(revokeLink(at.context, { ...at.call(), claim }, { linkId, reason: "" }));
    const first = await revoke();
    expect(await revoke()).toEqual({ ...first, replayed: true });
    expect(at.bench.processor.log.filter((line) => line === "void")).toHaveLength(1);
  });

  it("unless it was just claimed: then the payout goes on", async () => {
    const at = await open();
    const { link } = (await at.create()).value;
    at.bench.processor.voidScript.push({ kind: "refused", error: error("TOO_LATE") });
    const revoked = revokeLink(at.context, at.call(), { linkId: link.linkId, reason: "" });
    await expect(at.soon(revoked)).rejects.toMatchObject({ reason: "VOID_REFUSED" });
    expect(await at.look({ link })).toMatchObject({ link: { state: "ACTIVE" } });
  });

  it("not once it has been claimed", async () => {
    const at = await open();
    const { value } = await at.create();
    await at.hear(value, { status: "PENDING" });
    const { linkId } = value.link;
    const revoked = revokeLink(at.context, at.call(), { linkId, reason: "" });
    await expect(at.soon(revoked)).rejects.toMatchObject({
      reason: "LINK_STATE_CONFLICT",
      metadata: { state: "CLAIMED" },
    });
  });
});
