import { describe, expect, it } from "vitest";
import type { LinkInstruction } from "../../../src/connectors/connector.ts";
import { type LinkState, linkStates } from "../../processors/revolut/links.ts";
import type { Repeats } from "../../processors/revolut/payments.ts";
import { checkingIsOn, readPublishedDocument } from "../../processors/support/specs-folder.ts";
import {
  answering,
  bleu,
  Course,
  forgetReplies,
  linkInstruction,
  onlyPayment,
  openRig,
  type Rig,
  sentTo,
} from "./rig.ts";

const DAY = 24 * 3_600_000;

function onlyLink({ fake }: Rig) {
  const [only, ...more] = fake.links.newestFirst();
  if (only === undefined || more.length > 0) throw new Error("not one link");
  return only;
}

/** What is blocked for links and payments, and what has left. */
function books({ fake }: Rig): bigint[] {
  const { held, sent } = fake.accounts.of("GBP");
  return [held, sent];
}

async function made(changes: Partial<LinkInstruction> = {}, repeats: Repeats = "answered") {
  const rig = await openRig({ repeats });
  const course = new Course(rig, linkInstruction(changes));
  const state = await course.go(course.plan("link"));
  return { rig, course, state, link: onlyLink(rig) };
}

describe("a link", () => {
  it("is made in one call, which holds its amount and moves none of it", async () => {
    const { rig, course, state, link } = await made();
    expect(rig.module.plan("link", course.payout)).toEqual(["payout_link"]);
    expect(rig.module.effectOf("payout_link")).toBe("HOLD");
    const [sent] = sentTo(rig, "POST", "/payout-links");
    expect(JSON.parse(sent?.raw.toString() ?? "")).toEqual({
      counterparty_name: "Ada King Lovelace",
      request_id: course.keys["payout_link"],
      account_id: rig.fake.accounts.of("GBP").id,
      amount: 105.6,
      currency: "GBP",
      reference: "Invoice 1",
      expiry_period: "P3D",
    });
    expect(state).toEqual({
      status: "REQUIRES_PAYOUT_METHOD_DATA",
      rawStatus: "active",
      references: [{ kind: "payout_link", id: link.id }],
      connectorPayoutId: link.id,
      link: {
        url: expect.stringMatching(/^https:\/\/business\.revolut\.com\/p\//),
        expireTime: rig.clock.now() + 3 * DAY,
      },
      sequence: rig.clock.now(),
    });
    expect(books(rig)).toEqual([10_560n, 0n]);
  });

  it("has a reference whatever the payout has: its description, the caller's, or its id", async () => {
    const references = [];
    for (const changes of [
      { description: "x".repeat(500) },
      { description: "", merchantPayoutId: "invoice-7" },
      { description: "***" },
    ]) {
      const { rig } = await made(changes);
      references.push(onlyLink(rig).reference);
    }
    expect(references).toEqual(["x".repeat(100), "invoice-7", "po_1"]);
  });

  it("of an organization is made out to its legal name", async () => {
    const { link } = await made({ person: bleu });
    expect(link.name).toBe("Bleu Blanc Limited");
  });

  it("that Revolut would not make is refused before anything is sent", async () => {
    const rig = await openRig();
    for (const [amount, destinationCurrency] of [
      [{ minorAmount: 99n, currency: "GBP" }, "GBP"],
      [{ minorAmount: 250_001n, currency: "GBP" }, "GBP"],
      [{ minorAmount: 1_000n, currency: "GBP" }, "EUR"],
    ] as const) {
      const course = new Course(rig, linkInstruction({ amount, destinationCurrency }));
      course.plan("link");
      expect(await course.call("payout_link")).toMatchObject({
        kind: "rejected",
        error: { category: "VALIDATION" },
      });
    }
    expect(sentTo(rig, "POST", "/payout-links")).toEqual([]);
  });

  it("of too little in another currency is refused by Revolut", async () => {
    const rig = await openRig();
    const amount = { minorAmount: 116n, currency: "EUR" };
    const course = new Course(rig, linkInstruction({ amount, destinationCurrency: "EUR" }));
    course.plan("link");
    expect(await course.call("payout_link")).toMatchObject({ kind: "rejected" });
    expect(rig.fake.links.newestFirst()).toEqual([]);
  });

  it("for which there is no account is not sent", async () => {
    const rig = await openRig();
    const amount = { minorAmount: 1_000n, currency: "CHF" };
    const course = new Course(rig, linkInstruction({ amount, destinationCurrency: "CHF" }));
    course.plan("link");
    expect(await course.call("payout_link")).toMatchObject({
      kind: "not_sent",
      error: { reason: "SOURCE_ACCOUNT_MISSING" },
    });
  });

  it("that is no address for people has none", async () => {
    const rig = await openRig();
    const match = { method: "POST", path: "/api/1.0/payout-links" };
    const change = (body: object) => ({ ...body, url: "javascript:alert(1)" });
    rig.fake.http.faults.next(match, { kind: "drift", change });
    const course = new Course(rig, linkInstruction());
    const state = await course.go(course.plan("link"));
    expect(state.link).toEqual({ expireTime: rig.clock.now() + 3 * DAY });
    forgetReplies(rig);
  });
});

describe("a status", () => {
  const meaning: Readonly<Record<LinkState, string>> = {
    created: "INITIATED",
    awaiting: "INITIATED",
    active: "REQUIRES_PAYOUT_METHOD_DATA",
    processing: "PENDING",
    processed: "SUCCESS",
    expired: "EXPIRED",
    cancelled: "CANCELLED",
    failed: "FAILED",
  };

  it.skipIf(!checkingIsOn)("of a link is one of those that are published", () => {
    const document = readPublishedDocument("revolut-business") as {
      components: { schemas: { PayoutLinkState: { enum: string[] } } };
    };
    const words = document.components.schemas.PayoutLinkState.enum;
    expect(Object.keys(meaning).sort()).toEqual(words.toSorted());
  });

  it.each(linkStates)("%s is looked up as what it means", async (word) => {
    const { rig, course, link } = await made();
    rig.fake.links.move(link, word);
    expect(await course.lookup()).toMatchObject({
      kind: "found",
      value: { status: meaning[word], rawStatus: word },
    });
  });

  it("that nobody has documented is PENDING", async () => {
    const { rig, course } = await made();
    const match = { method: "GET", path: "/api/1.0/payout-links/{payout_link_id}" };
    rig.fake.http.faults.next(match, {
      kind: "drift",
      change: (body: object) => ({ ...body, state: "constructor" }),
    });
    expect(await course.lookup()).toMatchObject({ value: { status: "PENDING" } });
    forgetReplies(rig);
  });

  it.each(["awaiting", "failed"] as const)("%s may be the answer itself", async (word) => {
    const rig = await openRig();
    rig.fake.nextLink(word);
    const course = new Course(rig, linkInstruction());
    expect(await course.go(course.plan("link"))).toMatchObject({ status: meaning[word] });
  });
});

describe("a link that was claimed", () => {
  async function claimed() {
    const at = await made();
    at.rig.fake.claimLink(at.link.id);
    return { ...at, payment: onlyPayment(at.rig) };
  }

  it("is under way, then paid, and its payment is known", async () => {
    const { rig, course, link, payment } = await claimed();
    expect(await course.lookup()).toMatchObject({
      value: {
        status: "PENDING",
        references: [
          { kind: "payout_link", id: link.id },
          { kind: "transaction", id: payment.id },
        ],
      },
    });
    rig.fake.complete(payment.id);
    expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
    expect(books(rig)).toEqual([0n, 10_560n]);
  });

  it("and came back is REVERSED, though the link stays processed", async () => {
    const { rig, course, payment } = await claimed();
    rig.fake.complete(payment.id);
    rig.clock.advance(1_000);
    rig.fake.revert(payment.id);
    expect(await course.lookup()).toMatchObject({
      value: {
        status: "REVERSED",
        rawStatus: "processed",
        error: { reason: "RETURNED" },
        sequence: rig.clock.now(),
      },
    });
  });

  it("and could not be paid says why", async () => {
    const { rig, course, payment } = await claimed();
    rig.fake.fail(payment.id, "account_closed");
    expect(await course.lookup()).toMatchObject({
      value: { status: "FAILED", error: { reason: "ACCOUNT_CLOSED" } },
    });
  });

  it("is what the link says while its payment cannot be read", async () => {
    const { rig, course, payment } = await claimed();
    rig.fake.complete(payment.id);
    const match = { method: "GET", path: "/api/1.0/transaction/{id}" };
    rig.fake.http.faults.next(match, { kind: "status-500-before-act" });
    expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
  });
});

describe("a lost answer", () => {
  const MAKE = { method: "POST", path: "/api/1.0/payout-links" };

  it.each(["answered", "refused"] as const)("is found by a repeat that is %s", async (repeats) => {
    const rig = await openRig({ repeats });
    rig.fake.http.faults.next(MAKE, { kind: "reset-after-read" });
    const course = new Course(rig, linkInstruction());
    course.plan("link");
    expect(await course.call("payout_link")).toMatchObject({ kind: "unknown" });
    const { id } = onlyLink(rig);
    expect(await course.call("payout_link")).toMatchObject({
      kind: "accepted",
      value: { connectorPayoutId: id, link: { url: expect.any(String) } },
    });
    const bodies = sentTo(rig, "POST", "/payout-links").map(({ raw }) => raw.toString());
    expect(new Set(bodies).size).toBe(1);
    expect(books(rig)).toEqual([10_560n, 0n]);
  });

  it("is looked up by key among the newest, and by id once that is known", async () => {
    const { rig, course, link } = await made();
    course.references = [];
    expect(await course.lookup("payout_link")).toMatchObject({
      kind: "found",
      value: { connectorPayoutId: link.id },
    });
    const other = new Course(rig, linkInstruction());
    other.plan("link");
    expect(await other.lookup("payout_link")).toEqual({ kind: "not_found" });
    // A link under another key is not the payout's, whatever its id.
    other.references = course.references;
    expect(await other.lookup()).toMatchObject({ kind: "unreachable" });
  });

  it("is not missing where the list cannot be read", async () => {
    const { rig, course } = await made();
    course.references = [];
    const answer = answering(rig, "/payout-links");
    for (const body of ["[ not JSON", "{}", "null"]) {
      answer.reply = { status: 200, body };
      expect([body, (await course.lookup("payout_link")).kind]).toEqual([body, "unreachable"]);
    }
    forgetReplies(rig);
  });
});

describe("a Void of a link", () => {
  it("cancels it at Revolut, and gives the money free", async () => {
    const { rig, course, link } = await made();
    expect(await course.void()).toEqual({ kind: "done" });
    expect(link.state).toBe("cancelled");
    expect(books(rig)).toEqual([0n, 0n]);
    expect(await course.void()).toEqual({ kind: "done" });
    expect(sentTo(rig, "POST", `/payout-links/${link.id}/cancel`)).toHaveLength(1);
  });

  it("that surely was not made is done at once", async () => {
    const rig = await openRig();
    const course = new Course(rig, linkInstruction());
    course.plan("link");
    expect(await course.void(["payout_link"])).toEqual({ kind: "done" });
    expect(rig.fake.http.requests).toEqual([]);
  });

  it("whose answer was lost finds it by key, or says that it is not there", async () => {
    const { rig, course, link } = await made();
    const other = new Course(rig, linkInstruction());
    other.plan("link");
    expect(await other.void()).toEqual({ kind: "not_found" });
    course.references = [];
    expect(await course.void()).toEqual({ kind: "done" });
    expect(link.state).toBe("cancelled");
  });

  it("comes too late once it was claimed", async () => {
    const { rig, course, link } = await made();
    rig.fake.claimLink(link.id);
    expect(await course.void()).toMatchObject({
      kind: "refused",
      error: { reason: "TOO_LATE", connectorCode: "processing" },
    });
  });

  it("is refused when somebody claims it between the look and the stop", async () => {
    const { rig, course, link } = await made();
    rig.fake.http.use(async (request, next) => {
      if (request.path.endsWith("/cancel")) rig.fake.claimLink(link.id);
      return next();
    });
    expect(await course.void()).toMatchObject({
      kind: "refused",
      error: { connectorCode: "processing" },
    });
  });

  it("whose answer is lost is unknown, and done when it is asked for again", async () => {
    const { rig, course } = await made();
    const match = { method: "POST", path: "/api/1.0/payout-links/{payout_link_id}/cancel" };
    rig.fake.http.faults.next(match, { kind: "status-503-after-act" });
    expect(await course.void()).toMatchObject({ kind: "unknown" });
    expect(await course.void()).toEqual({ kind: "done" });
  });
});
