import { readFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { settingsOf } from "../../connectors/revolut/rig.ts";
import { openRevolutFake } from "../../processors/revolut/fake.ts";
import type { ManualClock } from "../../processors/support/manual-clock.ts";
import { openFaces } from "../faces/open-faces.ts";
import { Shop } from "../faces/shop.ts";
import { startTestApp } from "../support/start-app.ts";

const DAY = 24 * 3_600_000;
const MAKE = { method: "POST", path: "/api/1.0/payout-links" };
const WANTED: JsonObject = {
  amount: { minorAmount: "10560", currency: "GBP" },
  connector: "revolut",
  host: "PROCESSOR",
  ttl: "259200s",
  description: "Prize",
  recipient: { type: "INDIVIDUAL", individual: { givenName: "Jane", familyName: "Quetzalcoatl" } },
};
const WAIT = { timeout: 10_000, interval: 20 };

/** The service with an account at a fake of Revolut, which sends its webhooks whenever it is told to. */
async function opened(faceName: string) {
  const fake = await openRevolutFake();
  const clock = fake.clock as ManualClock;
  // Signatures carry the processor's time.
  clock.advance(Date.now() - clock.now());
  const app = await startTestApp({ connectors: { accounts: [], baseUrls: { revolut: fake.url } } });
  const faces = openFaces(app);
  onTestFinished(async () => {
    for (const each of faces) each.close();
    await app.stop();
    await fake.close();
    fake.http.assertClean();
  });
  const face = faces.find(({ name }) => name === faceName);
  if (face === undefined) throw new Error("there is no such face");
  const shop = new Shop(app, face);
  const settings = settingsOf(fake);
  const account = await shop.connectorAccount({ connector: "revolut", settings });
  fake.webhooks.url = `${app.url}/webhooks/revolut/${account}`;
  const { method: payouts } = PayoutService;
  const { method: links } = LinkService;
  return {
    fake,
    app,
    shop,
    create: (options: { readonly idempotencyKey?: string } = {}) =>
      shop.get(payouts.createLink, WANTED, options),
    link: async (linkId: string) =>
      (await shop.get(links.getLink, { linkId }))["link"] as JsonObject,
    /** Waits until a payout has a status, by news alone. */
    reaches: async (payoutId: string, status: string) => {
      let payout: JsonObject = {};
      await expect
        .poll(async () => {
          await fake.webhooks.deliverAll();
          const told = await shop.get(payouts.get, { payoutId, sync: "STORED" });
          payout = told["payout"] as JsonObject;
          return payout["status"];
        }, WAIT)
        .toBe(status);
      return payout;
    },
    /** Available, blocked and sent, in pence. */
    books: () => {
      const { available, held, sent } = fake.accounts.of("GBP");
      return [available, held, sent];
    },
  };
}

type Made = { readonly payout: JsonObject; readonly link: JsonObject };

function idsOf(answer: JsonObject) {
  const { payout, link } = answer as Made;
  return { payoutId: payout["payoutId"] as string, linkId: link["linkId"] as string, payout, link };
}

describe.each(["REST", "gRPC"])("a payout link of Revolut's, over %s", (faceName) => {
  test.each(["sandbox", "stripe"])("is made by nobody else, such as %s", async (connector) => {
    const { shop, fake } = await opened(faceName);
    const answer = await shop.call(PayoutService.method.createLink, {
      amount: { minorAmount: "10560", currency: "EUR" },
      host: "PROCESSOR",
      recipient: WANTED["recipient"] ?? null,
      connector,
    });
    expect(answer).toMatchObject({
      told: {
        reason: "CONNECTOR_UNSUPPORTED",
        metadata: { lacking: "operation", connectors: "revolut" },
      },
    });
    expect(fake.accounts.of("EUR").held).toBe(0n);
  });

  test("is answered with Revolut's address, claimed there, and paid", async () => {
    const { fake, app, shop, create, link, reaches, books } = await opened(faceName);
    const made = idsOf(await create());
    const { payoutId, linkId } = made;
    expect(made).toMatchObject({
      payout: { status: "REQUIRES_PAYOUT_METHOD_DATA", linkId },
      link: { host: "PROCESSOR", state: "ACTIVE" },
    });
    const url = made.link["url"] as string;
    expect(url).toMatch(/^https:\/\/business\.revolut\.com\/p\//);
    expect(await link(linkId)).toMatchObject({ url });
    const { links } = await shop.get(LinkService.method.listLinks, { payoutId });
    expect(links).toMatchObject([{ linkId }]);
    expect(JSON.stringify(links)).not.toContain(url);
    expect(books()).toEqual([989_440n, 10_560n, 0n]);

    const [there] = fake.links.newestFirst();
    fake.claimLink(there?.id ?? "");
    await reaches(payoutId, "PENDING");
    const claimed = await link(linkId);
    expect(claimed).toMatchObject({ state: "CLAIMED" });
    expect(claimed["url"] ?? "").toBe("");
    const [payment] = fake.transactions.newestFirst();
    fake.complete(payment?.id ?? "");
    await reaches(payoutId, "SUCCESS");
    expect(books()).toEqual([989_440n, 0n, 10_560n]);
    fake.revert(payment?.id ?? "");
    await reaches(payoutId, "REVERSED");
    expect(app.logs.join("\n")).not.toContain(url);
    const { databasePath } = app.config;
    const files = Buffer.concat(
      [databasePath, `${databasePath}-wal`].map((path) => readFileSync(path)),
    );
    for (const secret of [url, "Quetzalcoatl"]) expect(files.includes(secret), secret).toBe(false);
    expect(files.includes("Prize")).toBe(true);
  });

  test("is voided there, and refused once it is claimed", async () => {
    const { fake, shop, create, reaches, link, books } = await opened(faceName);
    const first = idsOf(await create());
    const revoking = { linkId: first.linkId, reason: "a mistake" };
    const revoked = await shop.get(LinkService.method.revokeLink, revoking);
    expect(revoked).toMatchObject({ link: { state: "REVOKED" } });
    await reaches(first.payoutId, "CANCELLED");
    expect(books()).toEqual([1_000_000n, 0n, 0n]);

    const { payoutId, linkId } = idsOf(await create());
    const [there] = fake.links.newestFirst();
    fake.webhooks.drop("all");
    fake.claimLink(there?.id ?? "");
    const voided = await shop.call(PayoutService.method.void, { payoutId, reason: "too late" });
    expect(voided).toMatchObject({ ok: false, told: { reason: "VOID_REFUSED" } });
    await reaches(payoutId, "PENDING");
    expect(await link(linkId)).toMatchObject({ state: "CLAIMED" });
    const resent = await shop.call(LinkService.method.resendLink, { linkId, reason: "" });
    expect(resent).toMatchObject({ ok: false, told: { reason: "CONNECTOR_UNSUPPORTED" } });
  });

  test("expires at Revolut", async () => {
    const { fake, app, create, reaches, link, books } = await opened(faceName);
    const { payoutId, linkId } = idsOf(await create());
    app.clock.advance(3 * DAY);
    (fake.clock as ManualClock).advance(3 * DAY);
    await reaches(payoutId, "EXPIRED");
    expect(await link(linkId)).toMatchObject({ state: "EXPIRED" });
    expect(books()).toEqual([1_000_000n, 0n, 0n]);
  });

  test("whose answer is lost is made once, and its address comes with a repeat", async () => {
    const { fake, create, link, reaches } = await opened(faceName);
    fake.http.faults.next(MAKE, { kind: "reset-after-read" });
    fake.http.faults.next(
      { method: "GET", path: "/api/1.0/payout-links" },
      { kind: "status-503-after-act" },
    );
    const first = idsOf(await create({ idempotencyKey: "once" }));
    expect(first).toMatchObject({
      payout: { status: "REQUIRES_CREATION", waitingFor: { reason: "OUTCOME_UNKNOWN" } },
    });
    expect(first.link["url"] ?? "").toBe("");
    await reaches(first.payoutId, "REQUIRES_PAYOUT_METHOD_DATA");
    const { url } = await link(first.linkId);
    expect(url).toMatch(/^https:/);
    const again = idsOf(await create({ idempotencyKey: "once" }));
    expect(again.payout).toEqual(first.payout);
    expect(again.link).toEqual({ ...first.link, url });
    expect(fake.links.newestFirst()).toHaveLength(1);
  });
});
