import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { APIRequestContext, Frame } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LinkAnswer } from "../money/link-page.ts";
import { API_KEY, openWorkbench, type Running } from "../money/process.ts";
import { selfSigned } from "../support/self-signed.ts";
import { describeInBrowser, Visitor } from "./browser.ts";
import { logoImage } from "./logo-image.ts";
import { claim, seeResult } from "./walk.ts";

// Over TLS, since a cookie comes back in another site's frame only there.
describeInBrowser("a payout link in a shop's page", (browser) => {
  const bench = openWorkbench();
  let service: Running;
  let shop: Server;
  /** The shop is another site: browsers tell sites by their names. */
  let shopOrigin: string;
  let framedUrl = "";
  beforeAll(async () => {
    const tls = selfSigned();
    if (tls === undefined) throw new Error("these tests need the openssl binary");
    const certificates = join(bench.folder, "shop.pem");
    writeFileSync(certificates, tls.cert);
    service = await bench.service({
      PAYOUT_TLS_CERT: tls.cert,
      PAYOUT_TLS_KEY: tls.key,
      // The shop is on this machine, and no authority knows it.
      PAYOUT_WEBHOOK_LOOPBACK: "true",
      NODE_EXTRA_CA_CERTS: certificates,
    });
    shop = createServer(tls, ({ url }, response) => {
      if (url === "/logo.png") {
        response.writeHead(200, { "content-type": "image/png" });
        response.end(logoImage([180, 60, 30]));
        return;
      }
      response.writeHead(200, { "content-type": "text/html" });
      response.end(
        `<!doctype html><title>Shop</title><h1>Prizes</h1><iframe src="${framedUrl}" width="340" height="700" title="Payout"></iframe>`,
      );
    });
    shop.listen(0, "127.0.0.1");
    await once(shop, "listening");
    shopOrigin = `https://localhost:${(shop.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    shop.closeAllConnections();
    await new Promise((resolve) => shop.close(resolve));
  });

  /** Visits the shop, whose page frames a new link. */
  async function visitShop(allowedOrigins: readonly string[]): Promise<Visitor> {
    const visitor = await Visitor.come(browser(), { ignoreHTTPSErrors: true });
    const { link } = await createLink(visitor.page.context().request, allowedOrigins);
    framedUrl = link.url;
    await visitor.page.goto(shopOrigin);
    return visitor;
  }

  async function createLink(
    request: APIRequestContext,
    allowedOrigins: readonly string[],
  ): Promise<LinkAnswer> {
    const answer = await request.post(`${service.url}/v1/payout-links`, {
      headers: { authorization: `Bearer ${API_KEY}` },
      data: { amount: { minorAmount: "1250", currency: "EUR" }, allowedOrigins },
    });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as LinkAnswer;
  }

  test("is claimed where the link allows it, and knows its recipient again", async () => {
    const visitor = await visitShop([shopOrigin]);
    const shown = framed(visitor);
    await claim({ page: shown }, "sepa");
    await seeResult({ page: shown }, "PAID");
    await visitor.picture("frame-1-result");
    // Another visit to the shop: the frame's cookie is the only thing that knows the visitor.
    await visitor.page.reload();
    await framed(visitor).locator("#result[data-result=PAID]").waitFor();
    const [cookie] = await visitor.page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "None" });
    // Focus stays in the shop's page, where the visitor is.
    const others = visitor.complaints.filter((each) => !each.startsWith("Blocked autofocusing"));
    expect(others).toEqual([]);
    await visitor.leave();
  });

  test("shows nothing in anybody else's page", async () => {
    const visitor = await visitShop(["https://shop.example"]);
    await expect
      .poll(() => visitor.complaints.join(" "))
      .toMatch(/frame-ancestors|refused to (?:connect|frame)/i);
    expect(await framed(visitor).locator("form").count()).toBe(0);
    await visitor.leave();
  });

  test("shows a merchant's logo, from the service itself", async () => {
    const visitor = await Visitor.come(browser(), { ignoreHTTPSErrors: true });
    const { page } = visitor;
    const { request } = page.context();
    const headers = { authorization: `Bearer ${API_KEY}` };
    const listed = await request.get(`${service.url}/v1/merchants`, { headers });
    const { merchants } = (await listed.json()) as { merchants: [{ merchantId: string }] };
    const logoUrl = `${shopOrigin}/logo.png`;
    const changed = await request.patch(`${service.url}/v1/merchants/${merchants[0].merchantId}`, {
      headers,
      data: { logoUrl, accentColor: "#b43c1e" },
    });
    expect(changed.status(), await changed.text()).toBe(200);
    const { link } = await createLink(request, []);
    await page.goto(link.url);
    const logo = page.locator("header.brand img");
    await expect
      .poll(() => logo.evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBe(96);
    await visitor.picture("logo");
    const hosts = new Set(visitor.requests.map(({ url }) => new URL(url).host));
    expect([...hosts]).toEqual([new URL(service.url).host]);
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });
});

/** The page inside the shop's page. */
function framed({ page }: Visitor): Frame {
  const inside = page.frames().find((each) => each.parentFrame() !== null);
  if (inside === undefined) throw new Error("there is no frame");
  return inside;
}
