import { beforeAll, describe, expect, it } from "vitest";
import {
  Client,
  type EventBody,
  expectChain,
  type LinkBody,
  ok,
  type PayoutBody,
  refused,
} from "./client.ts";
import { createLink, FORMS, formOf, LinkPage } from "./link-page.ts";
import { openWorkbench, type Running } from "./process.ts";

const PUBLIC_URL = "https://pay.example";

const bench = openWorkbench();
let service: Running;
let api: Client;
beforeAll(async () => {
  service = await bench.service({ PAYOUT_PUBLIC_URL: PUBLIC_URL });
  api = new Client(service.url);
});

async function linkOf({ linkId }: Pick<LinkBody, "linkId">): Promise<LinkBody> {
  return ok<LinkBody>(await api.call("GET", `/v1/payout-links/${linkId}`));
}

async function ledger(payoutId: string): Promise<readonly string[]> {
  return (await api.transfers(payoutId)).map(({ state }) => state);
}

describe("a link", () => {
  it.concurrent.each(Object.keys(FORMS))(
    "is claimed on its page with %s, and pays",
    async (method) => {
      const currency = FORMS[method]?.currency ?? "";
      const { payout, link } = await createLink(api, {
        amount: { minorAmount: "1250", currency },
        description: "Prize",
      });
      expect(payout).toMatchObject({
        status: "REQUIRES_PAYOUT_METHOD_DATA",
        linkId: link.linkId,
        waitingFor: { reason: "PAYOUT_METHOD_DATA", who: "RECIPIENT" },
      });
      expect(link).toMatchObject({ state: "ACTIVE", payoutId: payout.payoutId });
      const page = new LinkPage(api, link);
      const chooser = await page.open();
      expect(chooser).toMatchObject({ status: 200, text: expect.stringContaining("Prize") });
      expect(chooser.text).toContain(`value="${method}"`);
      expect((await page.open(method)).text).toContain(`name="method" value="${method}"`);

      const done = await page.claim(formOf(method));
      expect(done).toMatchObject({ status: 200, text: expect.stringContaining("on its way") });
      const paid = await api.until(payout.payoutId, "SUCCESS");
      expect(paid.recipientId).toMatch(/^rcp_/);
      expect(paid.disburseAccountId).toMatch(/^acct_/);
      expect((await linkOf(link)).state).toBe("CLAIMED");
      expect(await ledger(payout.payoutId)).toEqual(["SETTLED"]);
      expectChain(await api.events(payout.payoutId), [
        "REQUIRES_PAYOUT_METHOD_DATA",
        "REQUIRES_CREATION",
        "PENDING",
        "SUCCESS",
      ]);
      // The browser that claimed it sees how it stands, as often as it likes.
      for (const again of [await page.open(), await page.claim(formOf(method))]) {
        expect(again).toMatchObject({ status: 200, text: expect.stringContaining("was sent") });
      }
      // Whoever else comes later learns nothing.
      const stranger = new LinkPage(api, link);
      const late = await stranger.open();
      expect(late.status).toBe(404);
      expect(late).toEqual(await new LinkPage(api, { url: `${PUBLIC_URL}/l/none` }).open());
      expect((await stranger.claim(formOf(method))).status).toBe(404);
    },
  );

  it("meets the scenario of a magic account", async () => {
    const { payout, link } = await createLink(api);
    const form = formOf("ach", { accountNumber: "190000008" });
    expect((await new LinkPage(api, link).claim(form)).status).toBe(200);
    const doubtful = await api.until(payout.payoutId, ({ error, status }) =>
      status === "SUCCESS" ? true : error?.category === "OUTCOME_UNKNOWN",
    );
    expect(["PENDING", "SUCCESS"]).toContain(doubtful.status);
    await api.until(payout.payoutId, "SUCCESS");
    expect(await ledger(payout.payoutId)).toEqual(["SETTLED"]);
  });

  it("takes a form again that had a fault", async () => {
    const { payout, link } = await createLink(api, { allowedMethods: ["ACH"] });
    const page = new LinkPage(api, link);
    const bad = await page.claim(formOf("ach", { routingNumber: "021000022" }));
    expect(bad).toMatchObject({ status: 400, text: expect.stringContaining('role="alert"') });
    expect((await page.claim({ method: "swift" })).status).toBe(400);
    // Not offered by this link.
    expect((await page.claim(formOf("paypal"))).status).toBe(400);
    expect((await api.payout(payout.payoutId)).status).toBe("REQUIRES_PAYOUT_METHOD_DATA");
    expect((await page.claim(formOf("ach"))).status).toBe(200);
    await api.until(payout.payoutId, "SUCCESS");
  });

  it("wants its claim code", async () => {
    const { payout, link } = await createLink(api, { claimCode: "7312-cd" });
    const page = new LinkPage(api, link);
    expect((await page.fillIn(formOf("ach"))).text).toContain('name="claimCode"');
    for (const claimCode of ["", "7312-ce"]) {
      expect((await page.claim(formOf("ach", { claimCode }))).status).toBe(403);
    }
    expect((await api.payout(payout.payoutId)).status).toBe("REQUIRES_PAYOUT_METHOD_DATA");
    expect(await ledger(payout.payoutId)).toEqual([]);
    expect((await page.claim(formOf("ach", { claimCode: "7312-cd" }))).status).toBe(200);
    await api.until(payout.payoutId, "SUCCESS");
  });

  it("is dead once it is revoked, and its payout cancelled", async () => {
    const { payout, link } = await createLink(api);
    const path = `/v1/payout-links/${link.linkId}/revoke`;
    const first = await api.post(path, {}, { key: "revoke-1" });
    expect(ok<LinkBody>(first).state).toBe("REVOKED");
    expect(await api.post(path, {}, { key: "revoke-1" })).toEqual({ ...first, replayed: true });
    refused(await api.post(path), 409, "LINK_STATE_CONFLICT");
    expect((await api.payout(payout.payoutId)).status).toBe("CANCELLED");
    const page = new LinkPage(api, link);
    expect((await page.open()).status).toBe(404);
    expect((await page.claim(formOf("ach"))).status).toBe(404);
    expect(await ledger(payout.payoutId)).toEqual([]);
  });

  it("expires, and its payout with it", async () => {
    const { payout, link } = await createLink(api, { ttl: "1s" });
    const page = new LinkPage(api, link);
    expect((await page.open()).status).toBe(200);
    await api.until(payout.payoutId, "EXPIRED");
    expect((await linkOf(link)).state).toBe("EXPIRED");
    expect((await page.open()).status).toBe(404);
    expect((await page.claim(formOf("ach"))).status).toBe(404);
    refused(await api.void(payout.payoutId), 409, "PAYOUT_STATE_CONFLICT");
    expectChain(await api.events(payout.payoutId), ["REQUIRES_PAYOUT_METHOD_DATA", "EXPIRED"]);
  });

  it("pays once when a hundred claim it at once", async () => {
    const { payout, link } = await createLink(api);
    const tries = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const page = new LinkPage(api, link);
        return {
          page,
          review: await page.fillIn(formOf("ach", { accountNumber: `7000${index}` })),
        };
      }),
    );
    const pages = await Promise.all(tries.map(({ page, review }) => page.send(review)));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = pages.filter(({ status }) => status === 404);
    expect(others).toHaveLength(99);
    expect(new Set(others.map(({ text }) => text)).size).toBe(1);
    await api.until(payout.payoutId, "SUCCESS");
    expect(await ledger(payout.payoutId)).toEqual(["SETTLED"]);
  });

  it("is claimed or revoked, never both", async () => {
    const ends = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const { payout, link } = await createLink(api);
        const page = new LinkPage(api, link);
        const calls = [
          () => page.claim(formOf("ach")),
          () => api.post(`/v1/payout-links/${link.linkId}/revoke`),
        ];
        const inOrder = index % 2 === 0 ? calls : calls.toReversed();
        const answers = await Promise.all(inOrder.map((call) => call()));
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        const { status } = await api.until(payout.payoutId, ({ status: now }) =>
          ["SUCCESS", "CANCELLED"].includes(now),
        );
        return { status, ledger: await ledger(payout.payoutId), link: (await linkOf(link)).state };
      }),
    );
    for (const end of ends) {
      expect([
        { status: "SUCCESS", ledger: ["SETTLED"], link: "CLAIMED" },
        { status: "CANCELLED", ledger: [], link: "REVOKED" },
      ]).toContainEqual(end);
    }
  });

  it("has events of its own without a gap", async () => {
    const { link } = await createLink(api);
    await new LinkPage(api, link).claim(formOf("ach"));
    await api.until(link.payoutId, "SUCCESS");
    const events: readonly EventBody[] = await api.events(link.linkId);
    expect(events.map(({ sequence, previousStatus }) => [sequence, previousStatus])).toEqual([
      [1, ""],
      [2, "ACTIVE"],
    ]);
    expect(JSON.stringify(events)).not.toContain("/l/");
  });
});

describe("CreateLink", () => {
  it("answers the same URL to the same key, after a restart too", async () => {
    const first = await createLink(api, { merchantPayoutId: "link-1" }, "link-key");
    expect(await createLink(api, { merchantPayoutId: "link-1" }, "link-key")).toEqual(first);
    const again = await api.post("/v1/payout-links", {
      amount: { minorAmount: "1250", currency: "USD" },
      merchantPayoutId: "link-1",
    });
    expect(refused(again, 409, "PAYOUT_ALREADY_EXISTS").metadata).toEqual({
      payout_id: first.payout.payoutId,
    });
    await service.end("SIGKILL");
    service = await bench.service({ PAYOUT_PUBLIC_URL: PUBLIC_URL });
    api = new Client(service.url);
    expect(await createLink(api, { merchantPayoutId: "link-1" }, "link-key")).toEqual(first);
    expect((await new LinkPage(api, first.link).claim(formOf("ach"))).status).toBe(200);
    const paid: PayoutBody = await api.until(first.payout.payoutId, "SUCCESS");
    expect(paid.linkId).toBe(first.link.linkId);
    // Only the call that made the link answers its address.
    expect((await linkOf(first.link)).url).toBe("");
  });
});
