import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { limits } from "../../../src/limits.ts";
import type { ReadUrl } from "../../../src/net/read-url.ts";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { field, PAYOUT, Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const JPEG = Buffer.from("ffd8ffe000104a464946", "hex");
const WEBP = Buffer.concat([Buffer.from("RIFF"), Buffer.alloc(4, 1), Buffer.from("WEBPVP8 ")]);
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

/** What is at each address, and how each was asked for. */
const files = new Map<string, Uint8Array>();
const asked: { readonly url: string; readonly maxBytes: number; readonly signal: AbortSignal }[] =
  [];
const readUrl: ReadUrl = async (url, options) => {
  asked.push({ url: url.href, ...options });
  return files.get(url.href) ?? null;
};

let app: TestApp;
let faces: readonly Face[];
beforeAll(async () => {
  app = await startTestApp({}, [], { readUrl });
  faces = openFaces(app);
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

function newShop(): Shop {
  const [face] = faces;
  if (face === undefined) throw new Error("no face");
  return new Shop(app, face);
}

function update(shop: Shop, changes: JsonObject) {
  const { merchantId } = shop;
  return shop.call(AdminService.method.updateMerchant, { merchantId, ...changes });
}

async function linkOf(shop: Shop): Promise<string> {
  const { link } = await shop.get(PayoutService.method.createLink, {
    amount: PAYOUT["amount"] ?? null,
  });
  return app.url + new URL(field(link, "url")).pathname;
}

async function logoAt(address: string) {
  const response = await fetch(`${address}/logo`);
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body };
}

describe("a merchant's logo", () => {
  it.each([
    ["image/png", PNG],
    ["image/jpeg", JPEG],
    ["image/webp", WEBP],
  ])("is fetched when it is set, and served as %s by its bytes", async (type, image) => {
    const shop = newShop();
    const logoUrl = `https://img.example/${type}.svg`;
    files.set(logoUrl, image);
    const address = await linkOf(shop);
    expect((await logoAt(address)).status).toBe(404);
    expect(await update(shop, { logoUrl })).toMatchObject({ ok: true });
    // From now on nobody asks for it there.
    files.delete(logoUrl);
    const served = await logoAt(address);
    expect(served).toMatchObject({ status: 200, body: image });
    expect(Object.fromEntries(served.headers)).toMatchObject({
      "content-type": type,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, max-age=3600",
    });
    expect(await update(shop, { logoUrl: "" })).toMatchObject({ ok: true });
    expect((await logoAt(address)).status).toBe(404);
  });

  it("is asked for with its bounds, once, and not again for a repeat", async () => {
    const shop = newShop();
    const logoUrl = "https://img.example/once.png";
    files.set(logoUrl, PNG);
    const request = { merchantId: shop.merchantId, logoUrl };
    const options = { idempotencyKey: "logo" };
    const of = AdminService.method.updateMerchant;
    const first = await shop.call(of, request, options);
    expect(await shop.call(of, request, options)).toMatchObject({ ok: true });
    expect(first).toMatchObject({ ok: true, message: { merchant: { logoUrl } } });
    const calls = asked.filter(({ url }) => url === logoUrl);
    expect(calls).toMatchObject([{ maxBytes: limits.logo.maxBytes }]);
    expect(limits.logo.timeoutMs).toBeLessThan(limits.answerWaitMs);
    expect(calls[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  it("is no drawing, no page, nothing that does not come, and no other way of asking", async () => {
    const shop = newShop();
    files.set("https://img.example/drawing.png", SVG);
    files.set("https://img.example/empty.png", new Uint8Array());
    for (const [logoUrl, message] of [
      ["https://img.example/drawing.png", "must lead to a PNG, JPEG or WebP image"],
      ["https://img.example/empty.png", "must lead to a PNG, JPEG or WebP image"],
      ["https://img.example/nothing.png", expect.stringContaining("could not be fetched")],
      ["http://img.example/logo.png", expect.stringContaining("https")],
      ["https://me:secret@img.example/", expect.stringContaining("https")],
      ["javascript:alert(1)", expect.stringContaining("https")],
      ["data:image/png;base64,iVBORw0KGgo=", expect.stringContaining("https")],
      ["//img.example/logo.png", expect.stringContaining("https")],
    ] as const) {
      expect(await update(shop, { logoUrl }), logoUrl).toMatchObject({
        told: { reason: "VALIDATION_FAILED", violations: [{ field: "logo_url", message }] },
      });
    }
    expect(asked.filter(({ url }) => !url.startsWith("https://"))).toEqual([]);
  });

  it("is not told from none by strangers, whatever the link is", async () => {
    const shop = newShop();
    files.set("https://img.example/logo.png", PNG);
    await update(shop, { logoUrl: "https://img.example/logo.png" });
    expect(await logoAt(`${app.url}/l/none`)).toMatchObject({ status: 404, body: Buffer.alloc(0) });
  });
});

describe("UpdateMerchant", () => {
  it("refuses an etag that is not the current one", async () => {
    const shop = newShop();
    const first = await update(shop, { name: "One" });
    const etag = first.ok ? field(first.message["merchant"], "etag") : "";
    expect(await update(shop, { name: "Two", etag })).toMatchObject({ ok: true });
    expect(await update(shop, { name: "Three", etag })).toMatchObject({
      told: { reason: "ETAG_MISMATCH" },
    });
  });
});
