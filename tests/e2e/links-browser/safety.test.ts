import { beforeAll, expect, test } from "vitest";
import { Client, ok, refused } from "../money/client.ts";
import { createLink, type LinkAnswer } from "../money/link-page.ts";
import { openWorkbench, type Running } from "../money/process.ts";
import { describeInBrowser, Visitor } from "./browser.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";
import { choose, claim, fillIn, review, seeResult, send, typedFor } from "./walk.ts";

describeInBrowser("a payout link among enemies", (browser) => {
  const bench = openWorkbench();
  let service: Running;
  let api: Client;
  beforeAll(async () => {
    service = await bench.service();
    api = new Client(service.url);
  });

  /** A link of a merchant by that name. */
  async function linkOf(name: string, more: Record<string, unknown>): Promise<LinkAnswer> {
    const merchant = ok<{ merchantId: string }>(await api.post("/v1/merchants", { name }));
    const scopes = ["payouts:write", "links", "sandbox"];
    const { secret } = ok<{ secret: string }>(
      await api.post("/v1/api-keys", { merchantId: merchant.merchantId, scopes }),
    );
    const body = { amount: { minorAmount: "1250", currency: "EUR" }, ...more };
    return ok<LinkAnswer>(await api.post("/v1/payout-links", body, { apiKey: secret }));
  }

  test("runs nothing that a merchant, a recipient or an address says", async () => {
    for (const text of HOSTILE_TEXTS) {
      const name = text.slice(0, 100);
      const { link } = await linkOf(name, {
        description: text,
        returnUrl: `https://shop.example/${encodeURIComponent(text)}?q=${text.replace(/\s/g, "+")}`,
      });
      const visitor = await Visitor.come(browser());
      const { page } = visitor;
      const query = new URLSearchParams({ lang: text, method: text, x: text });
      await page.goto(`${link.url}?${query}#${encodeURIComponent(text)}`);
      expect(await page.locator(".brand-name").textContent()).toBe(name);
      expect(await page.locator(".purpose").textContent()).toBe(text);
      await choose(visitor, "sepa");
      await fillIn(visitor, { ...typedFor("sepa"), holderName: text, givenName: text, iban: text });
      await review(visitor);
      await page.locator("#faults").waitFor();
      expect(await page.locator("[name=holderName]").inputValue()).toBe(text);
      await fillIn(visitor, { iban: "DE89370400440532013000" });
      await review(visitor);
      await page.locator("dl.rows").waitFor();
      expect(await page.locator("dl.rows").textContent()).toContain(text);
      await send(visitor);
      await page.locator("#result").waitFor();
      const back = page.locator(".return a");
      expect(await back.getAttribute("href")).toMatch(/^https:\/\/shop\.example\//);
      expect(visitor.complaints, text).toEqual([]);
      const hosts = new Set(visitor.requests.map(({ url }) => new URL(url).host));
      expect([...hosts], text).toEqual([new URL(service.url).host]);
      await visitor.leave();
    }
  });

  test("takes no colour and no logo but what they are", async () => {
    const { merchantId } = ok<{ merchantId: string }>(
      await api.post("/v1/merchants", { name: "Shop" }),
    );
    for (const text of HOSTILE_TEXTS) {
      for (const change of [{ accentColor: text }, { logoUrl: text }]) {
        const answer = await api.call("PATCH", `/v1/merchants/${merchantId}`, change);
        refused(answer, 400, "VALIDATION_FAILED");
      }
    }
  });

  test("tells nobody its address", async () => {
    const { link } = await createLink(api, {
      amount: { minorAmount: "1250", currency: "EUR" },
      returnUrl: `${service.url.replace("http:", "https:")}/elsewhere`,
    });
    const token = link.url.split("/").at(-1) ?? "";
    const visitor = await Visitor.come(browser());
    await visitor.page.goto(link.url);
    await claim(visitor, "sepa");
    await seeResult(visitor, "PAID");
    const referers = visitor.requests
      .filter(({ url }) => !url.includes(token))
      .map(({ headers }) => headers["referer"] ?? "");
    expect(referers.length).toBeGreaterThan(0);
    for (const referer of referers) expect(referer).not.toContain(token);
    const [cookie, ...others] = await visitor.page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/l/" });
    expect(JSON.stringify(cookie)).not.toContain(token);
    expect(await visitor.page.evaluate(() => document.cookie)).toBe("");
    expect(service.output).not.toContain(token);
    await visitor.leave();
  });

  test("has a policy that allows its own files and nothing else", async () => {
    const { link } = await createLink(api);
    for (const address of [link.url, `${link.url}x`]) {
      const { headers } = await fetch(address);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("referrer-policy")).toBe("strict-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
    const html = await (await fetch(link.url)).text();
    expect(html).not.toMatch(/<style|style=|<script(?! src=)|\son[a-z]+=|javascript:/i);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test("is not framed", async () => {
    const { link } = await createLink(api);
    const visitor = await Visitor.come(browser());
    await visitor.page.goto(`${service.url}/livez`);
    await visitor.page.evaluate((src) => {
      const frame = document.createElement("iframe");
      frame.src = src;
      document.body.append(frame);
    }, link.url);
    await expect
      .poll(() => visitor.complaints.join(" "))
      .toMatch(/frame-ancestors|refused to (?:connect|frame)/i);
    await visitor.leave();
  });
});
