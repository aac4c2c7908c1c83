import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser, Visitor } from "../e2e/links-browser/browser.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { aPayout } from "./support/a-payout.ts";

/** What the page does with the package, as its bundler sees it. */
const SCRIPT = `
import { createPayoutClient, payoutError, verifyWebhook } from "./client/src/index.ts";
import { grpcWeb } from "./client/src/grpc-web.ts";

globalThis.tryOut = async (baseUrl, apiKey, webhook) => {
  const seen = [];
  for (const transport of [undefined, grpcWeb]) {
    const { payouts } = createPayoutClient({ baseUrl, apiKey, ...(transport && { transport }) });
    const request = {
      amount: { minorAmount: 12500n, currency: "USD" },
      payoutMethodData: { method: { case: "venmo", value: { phone: "+12025550123" } } },
    };
    const { payout } = await payouts.create(request, { idempotencyKey: "order-1" });
    seen.push(payout.payoutId);
    const thrown = await payouts.get({ merchantPayoutId: "none" }).catch((error) => error);
    const { reason, requestId } = payoutError(thrown);
    seen.push(reason, typeof requestId);
    for await (const { event } of payouts.watch({ afterEventId: webhook.first })) {
      if (event === undefined) continue;
      seen.push(event.type);
      break;
    }
  }
  seen.push(verifyWebhook(webhook.body, webhook.headers, webhook.secret).type);
  return seen;
};
`;

describeInBrowser("the client package in a browser", (browser) => {
  let app: TestApp;
  const shop = createServer((_request, response) =>
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>Shop</title>"),
  );
  const originOf = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  beforeAll(async () => {
    await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
    app = await startTestApp({ corsOrigins: [originOf()] });
  });
  afterAll(async () => {
    await app.stop();
    shop.closeAllConnections();
    shop.close();
  });

  test("pays, reads refusals, watches and verifies, from a page of another origin", async () => {
    const { outputFiles } = await build({
      stdin: { contents: SCRIPT, resolveDir: process.cwd() },
      bundle: true,
      minify: true,
      write: false,
      platform: "browser",
      logLevel: "silent",
    });
    // An event to start watching from.
    const made = await fetch(`${app.url}/v1/payouts`, {
      method: "POST",
      headers: { authorization: `Bearer ${app.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        amount: { minorAmount: "1", currency: "USD" },
        payoutMethodData: { venmo: { phone: aPayout().payoutMethodData.method.value.phone } },
      }),
    });
    expect(made.status).toBe(200);
    const listed = await fetch(`${app.url}/v1/events?pageSize=100`, {
      headers: { authorization: `Bearer ${app.apiKey}` },
    });
    const { events } = (await listed.json()) as { events: { eventId: string }[] };
    const first = events.at(-1)?.eventId;

    const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
    const body = JSON.stringify({ eventId: "evt_1", type: "payout.succeeded" });
    const time = new Date();
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign("evt_1", time, body),
    };
    const visitor = await Visitor.come(browser());
    await visitor.page.goto(originOf());
    await visitor.page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
    const seen = await visitor.page.evaluate(
      ([url, key, webhook]) =>
        (globalThis as unknown as { tryOut(...args: unknown[]): Promise<string[]> }).tryOut(
          url,
          key,
          webhook,
        ),
      [app.url, app.apiKey, { body, headers, secret, first }] as const,
    );
    const once = [seen[0], "PAYOUT_NOT_FOUND", "string", expect.stringMatching(/^payout\./)];
    expect(seen).toEqual([...once, ...once, "payout.succeeded"]);
    expect(seen[0]).toMatch(/^po_/);
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });
});
