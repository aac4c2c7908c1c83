import { beforeAll, expect, test } from "vitest";
import { Client } from "../money/client.ts";
import { createLink, FORMS } from "../money/link-page.ts";
import { openWorkbench } from "../money/process.ts";
import { DESK, describeInBrowser, PHONE, Visitor } from "./browser.ts";
import { choose, claim, fillIn, review, seeResult, send, typedFor } from "./walk.ts";

const METHODS = Object.keys(FORMS);

describeInBrowser("a payout link in a browser", (browser) => {
  const bench = openWorkbench();
  let api: Client;
  beforeAll(async () => {
    api = new Client((await bench.service()).url);
  });

  const open = async (method: string, more: Record<string, unknown> = {}) =>
    createLink(api, {
      amount: { minorAmount: "125000", currency: FORMS[method]?.currency },
      description: "Prize of the spring draw",
      ...more,
    });

  test.concurrent.each(METHODS)("pays by %s, and shows it without being asked", async (method) => {
    const { payout, link } = await open(method);
    const visitor = await Visitor.come(browser(), { viewport: DESK });
    await visitor.page.goto(link.url);
    await claim(visitor, method);
    await seeResult(visitor, "PAID");
    await api.until(payout.payoutId, "SUCCESS");
    // Again, from the beginning, in the same browser; and a stranger's.
    await visitor.page.goto(link.url);
    await seeResult(visitor, "PAID");
    expect(visitor.complaints).toEqual([]);
    const stranger = await Visitor.come(browser());
    expect((await stranger.page.goto(link.url))?.status()).toBe(404);
    await stranger.leave();
    await visitor.leave();
  });

  test.concurrent.each(METHODS)("pays by %s with script off", async (method) => {
    const { payout, link } = await open(method);
    const visitor = await Visitor.come(browser(), { javaScriptEnabled: false });
    await visitor.page.goto(link.url);
    await claim(visitor, method);
    // The page looks again by itself.
    await seeResult(visitor, "PAID");
    expect(await visitor.page.locator("meta[http-equiv=refresh]").count()).toBe(0);
    await api.until(payout.payoutId, "SUCCESS");
    expect(visitor.complaints).toEqual([]);
    expect(visitor.requests.filter(({ url }) => url.endsWith(".js"))).toEqual([]);
    await visitor.leave();
  });

  test("is claimed with the keyboard alone", async () => {
    const { payout, link } = await open("ach", { claimCode: "spring-7" });
    const visitor = await Visitor.come(browser(), { viewport: DESK });
    const { page } = visitor;
    const isOn = (selector: string) =>
      page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    const tabTo = async (selector: string) => {
      for (let presses = 0; presses < 40; presses += 1) {
        if (await isOn(selector)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`the keyboard does not reach ${selector}`);
    };
    await page.goto(link.url);
    await tabTo("button[value=ach]");
    await page.keyboard.press("Enter");
    await page.locator("form[data-method=ach]").waitFor();
    for (const [name, value] of Object.entries(typedFor("ach"))) {
      await tabTo(`[name=${name}]`);
      if (name === "accountType") continue;
      await page.keyboard.press("ControlOrMeta+a");
      // First wrong, to be led back by the summary.
      await page.keyboard.type(name === "routingNumber" ? "021000022" : value);
    }
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#faults").waitFor();
    expect(await isOn("#faults")).toBe(true);
    await tabTo("#faults a");
    await page.keyboard.press("Enter");
    expect(await isOn("[name=routingNumber]")).toBe(true);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("021000021");
    await tabTo("button[value=review]");
    await page.keyboard.press("Enter");
    await page.locator("h1:focus").waitFor();
    await tabTo("[name=claimCode]");
    await page.keyboard.type("spring-7");
    await tabTo("button[value=claim]");
    await page.keyboard.press("Enter");
    await seeResult(visitor, "PAID");
    await api.until(payout.payoutId, "SUCCESS");
    await visitor.leave();
  });

  test("helps while typing", async () => {
    const { link } = await open("sepa");
    const visitor = await Visitor.come(browser(), { viewport: PHONE });
    const { page } = visitor;
    await page.goto(link.url);
    await choose(visitor, "sepa");
    const iban = page.locator("[name=iban]");
    await iban.pressSequentially("de89370400440532013001");
    expect(await iban.inputValue()).toBe("DE89 3704 0044 0532 0130 01");
    expect(await page.locator("output[for=iban]").textContent()).toBe("Commerzbank");
    // Nothing is called wrong while it is being typed.
    expect(await page.locator("#iban-fault").isVisible()).toBe(false);
    await iban.blur();
    expect(await page.locator("#iban-fault").isVisible()).toBe(true);
    expect(await iban.getAttribute("aria-invalid")).toBe("true");
    await iban.press("End");
    await iban.press("Backspace");
    await iban.press("0");
    expect(await page.locator("#iban-fault").isVisible()).toBe(false);
    // A digit put in the middle leaves the caret where it was.
    await iban.evaluate((input: HTMLInputElement) => input.setSelectionRange(6, 6));
    await page.keyboard.type("9");
    expect(await iban.inputValue()).toBe("DE89 3970 4004 4053 2013 000");
    expect(await iban.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(7);
    // The holder is mostly oneself.
    await page.locator("[name=givenName]").fill("Jane");
    await page.locator("[name=familyName]").fill("Doe");
    await page.locator("[name=familyName]").blur();
    expect(await page.locator("[name=holderName]").inputValue()).toBe("Jane Doe");

    await page.goto(`${link.url}?method=card`);
    await page.locator("[name=cardNumber]").pressSequentially("378282246310005");
    expect(await page.locator("[name=cardNumber]").inputValue()).toBe("3782 822463 10005");
    expect(await page.locator("output[for=cardNumber]").textContent()).toBe("American Express");
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  test("goes back from the review without losing anything", async () => {
    const { link } = await open("bacs");
    const visitor = await Visitor.come(browser());
    const { page } = visitor;
    await page.goto(link.url);
    await choose(visitor, "bacs");
    await fillIn(visitor, typedFor("bacs"));
    await review(visitor);
    expect(await page.locator("dl").textContent()).toContain("31926819");
    await page.locator("button[value=edit]").click();
    expect(await page.locator("[name=accountNumber]").inputValue()).toBe("31926819");
    await page.locator("[name=accountNumber]").fill("31926818");
    await review(visitor);
    expect(await page.locator("dl").textContent()).toContain("31926818");
    await send(visitor);
    await seeResult(visitor, "PAID");
    await visitor.leave();
  });

  test("comes back by itself for another account when the first is closed", async () => {
    const { payout, link } = await open("ach");
    const visitor = await Visitor.come(browser());
    const { page } = visitor;
    await page.goto(link.url);
    // The sandbox finds this account closed.
    await claim(visitor, "ach", { ...typedFor("ach"), accountNumber: "190000005" });
    await page.locator("button[name=method][value=ach]").waitFor();
    const text = (await page.locator("main").textContent()) ?? "";
    expect(text).toContain("The account that you gave is closed.");
    expect(text).not.toContain("ACCOUNT_CLOSED");
    await visitor.picture("reopened");
    await claim(visitor, "paypal");
    await seeResult(visitor, "PAID");
    await api.until(payout.payoutId, "SUCCESS");
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  test("says a definite end as one, in words of its own", async () => {
    const { payout, link } = await open("ach", { metadata: { sandbox_scenario: "decline" } });
    const visitor = await Visitor.come(browser());
    await visitor.page.goto(link.url);
    await claim(visitor, "ach");
    await seeResult(visitor, "FAILED");
    const { error } = await api.until(payout.payoutId, "FAILED");
    const text = (await visitor.page.locator("body").textContent()) ?? "";
    for (const word of [error?.reason, error?.connectorCode]) expect(text).not.toContain(word);
    await visitor.leave();
  });
});
