import type { BrowserContextOptions } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { readableAccent } from "../../../src/domain/accent.ts";
import { Client, ok } from "../money/client.ts";
import { createLink } from "../money/link-page.ts";
import { openWorkbench } from "../money/process.ts";
import { expectAccessible } from "./accessible.ts";
import { DESK, describeInBrowser, PHONE, Visitor } from "./browser.ts";
import { choose, fillIn, review, seeResult, send, typedFor } from "./walk.ts";

const LOOKS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ["phone, light, English", { viewport: PHONE, hasTouch: true, isMobile: true }],
  ["desk, dark, German", { viewport: DESK, locale: "de-DE", colorScheme: "dark" }],
  ["phone, light, Arabic", { viewport: PHONE, locale: "ar-EG", isMobile: true }],
  ["phone, dark, French", { viewport: PHONE, locale: "fr-FR", colorScheme: "dark" }],
  ["desk, light, Arabic", { viewport: DESK, locale: "ar" }],
  ["desk, light, English", { viewport: DESK }],
  ["phone, forced colours, Spanish", { viewport: PHONE, locale: "es", forcedColors: "active" }],
  ["phone, 200 %, Portuguese", { viewport: { width: 320, height: 600 }, locale: "pt-BR" }],
];

describeInBrowser("every step of a payout link", (browser) => {
  const bench = openWorkbench();
  let api: Client;
  beforeAll(async () => {
    api = new Client((await bench.service()).url);
  });

  test.concurrent.each(LOOKS)("is there for everybody: %s", async (name, options) => {
    const { link } = await createLink(api, {
      amount: { minorAmount: "125000", currency: "EUR" },
      description: "Prize of the spring draw",
      claimCode: "4711",
      returnUrl: "https://shop.example/prizes",
    });
    const visitor = await Visitor.come(browser(), options);
    const { page } = visitor;
    const look = async (step: string) => {
      await expectAccessible(visitor, `${name}: ${step}`);
      await visitor.picture(`${name.replace(/[^\w]+/g, "-")}-${step}`);
    };
    await page.goto(link.url);
    await look("1-choose");
    await choose(visitor, "sepa");
    await look("2-form");
    await fillIn(visitor, { givenName: "Jane", iban: "DE89 3704 0044 0532 0130 01" });
    await review(visitor);
    await page.locator("#faults").waitFor();
    expect(await page.locator("[aria-invalid]").count()).toBe(2);
    await look("3-faults");
    await fillIn(visitor, typedFor("sepa"));
    await review(visitor);
    await page.locator("dl.rows").waitFor();
    await look("4-review");
    await send(visitor);
    await page.locator("#claimCode-fault:not([hidden])").waitFor();
    await look("5-code");
    await fillIn(visitor, { claimCode: "4711" });
    await send(visitor);
    await page.locator("#result").waitFor();
    await look("6-on-its-way");
    await seeResult(visitor, "PAID");
    await look("7-paid");
    await page.goto(link.url.replace(/.$/, "_"));
    await look("8-unavailable");
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  test.each(["card", "pix", "ach"])("has a form that fits a phone: %s", async (method) => {
    const currency = { card: "USD", ach: "USD", pix: "BRL" }[method];
    const { link } = await createLink(api, { amount: { minorAmount: "9950", currency } });
    const visitor = await Visitor.come(browser());
    await visitor.page.goto(link.url);
    await choose(visitor, method);
    await fillIn(visitor, typedFor(method));
    await expectAccessible(visitor, method);
    await visitor.picture(`form-${method}`);
    await review(visitor);
    await visitor.page.locator("dl.rows").waitFor();
    await expectAccessible(visitor, method);
    await visitor.picture(`review-${method}`);
    await visitor.leave();
  });

  test("stays readable whatever colour the merchant has", async () => {
    const merchants = ok<{ merchants: { merchantId: string }[] }>(
      await api.call("GET", "/v1/merchants"),
    ).merchants;
    const address = `/v1/merchants/${merchants[0]?.merchantId}`;
    for (const accentColor of ["#ffff00", "#fefefe", "#101010", "#ff0080", "#808080"]) {
      ok(await api.call("PATCH", address, { accentColor }));
      const { link } = await createLink(api, { amount: { minorAmount: "9950", currency: "USD" } });
      for (const colorScheme of ["light", "dark"] as const) {
        const visitor = await Visitor.come(browser(), { colorScheme });
        await visitor.page.goto(link.url);
        await expectAccessible(visitor, `${accentColor}, ${colorScheme}`);
        await choose(visitor, "ach");
        await expectAccessible(visitor, `${accentColor}, ${colorScheme}`);
        await visitor.picture(`accent-${accentColor.slice(1)}-${colorScheme}`);
        const button = visitor.page.locator("button.primary");
        const shown = await button.evaluate((element) => getComputedStyle(element).backgroundColor);
        expect(shown).toBe(rgb(readableAccent(accentColor, colorScheme)));
        expect(visitor.complaints).toEqual([]);
        await visitor.leave();
      }
    }
    ok(await api.call("PATCH", address, { accentColor: "" }));
  });

  test("speaks the language of the browser, of the link, of the reader's choice", async () => {
    const amount = { minorAmount: "123456789", currency: "EUR" };
    const words = async (locale: string, more = {}, query = "") => {
      const { link } = await createLink(api, { amount, ...more });
      const visitor = await Visitor.come(browser(), { locale });
      await visitor.page.goto(link.url + query);
      const { page } = visitor;
      const read = {
        language: await page.locator("html").getAttribute("lang"),
        amount: (await page.locator(".amount").textContent())
          ?.replace(/[\u00a0\u202f]/g, " ")
          .replaceAll("’", "'"),
      };
      await visitor.leave();
      return read;
    };
    expect(await words("de-CH")).toEqual({ language: "de", amount: "EUR 1'234'567.89" });
    expect(await words("fr-FR")).toEqual({ language: "fr", amount: "1 234 567,89 €" });
    expect(await words("sw-KE")).toMatchObject({ language: "en" });
    expect(await words("de-DE", { locale: "es" })).toMatchObject({ language: "es" });
    expect(await words("de-DE", { locale: "es" }, "?lang=pt")).toMatchObject({ language: "pt" });
  });
});

function rgb(color: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgb(${channels.join(", ")})`;
}
