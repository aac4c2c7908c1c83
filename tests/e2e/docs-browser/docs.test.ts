import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../links-browser/accessible.ts";
import { DESK, describeInBrowser, PHONE, Visitor } from "../links-browser/browser.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

/** What axe finds of Swagger UI's own making. */
const VIEWERS_OWN = ["heading-order", "nested-interactive", "region", "select-name"];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

describeInBrowser("the API reference", (browser) => {
  let visitor: Visitor;
  const come = async (path: string, viewport = DESK) => {
    visitor = await Visitor.come(browser(), { viewport });
    await visitor.page.goto(app.url + path);
    return visitor.page;
  };
  afterEach(async () => {
    const elsewhere = visitor.requests.map(({ url }) => url).filter((url) => !isOwn(url));
    await visitor.leave();
    // What the page's policy forbids is a complaint too.
    expect({ elsewhere, complaints: visitor.complaints }).toEqual({
      elsewhere: [],
      complaints: [],
    });
  });
  const isOwn = (url: string) => url.startsWith(`${app.url}/`) || url.startsWith("data:");

  for (const [name, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    test(`shows every operation, on a ${name}`, async () => {
      const page = await come("/docs", viewport);
      await page.locator(".opblock").first().waitFor();
      const shown = await page.locator(".opblock").evaluateAll((blocks) =>
        blocks.map((block) => {
          const text = (part: string) => block.querySelector(part)?.textContent ?? "";
          // The path has marks where a line may break.
          const path = text(".opblock-summary-path").replaceAll("\u200b", "");
          return `${text(".opblock-summary-method")} ${path}`;
        }),
      );
      expect(shown.sort()).toEqual([...(await operations()), "POST event"].sort());
      await visitor.picture(`docs-${name}`);
      await expectAccessible(visitor, `/docs on a ${name}`, VIEWERS_OWN);
    });
  }

  async function operations(): Promise<readonly string[]> {
    const response = await fetch(`${app.url}/openapi.json`);
    const { paths } = (await response.json()) as { paths: Record<string, object> };
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  test("is used by keyboard alone: a key is given, and a call is tried out", async () => {
    const page = await come("/docs#/ConnectorService/ConnectorService.ListConnectors");
    const press = async (name: string) => {
      const button = page.getByRole("button", { name, exact: true });
      await button.focus();
      await page.keyboard.press("Enter");
    };
    await press("Authorize");
    await page.getByLabel("auth-bearer-value").focus();
    await page.keyboard.type(app.apiKey);
    await press("Apply credentials");
    await press("Close");
    await press("Try it out");
    await press("Execute");
    const answer = page.locator(".live-responses-table .response");
    await answer.waitFor();
    await visitor.picture("docs-tried-out");
    expect(await answer.locator(".response-col_status").innerText()).toMatch(/^200/);
    expect(await answer.innerText()).toContain('"displayName": "Sandbox"');
    // Nothing of the key outlives the page.
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    expect(kept).not.toContain(app.apiKey);
  });

  test("leads from a refusal's type to what it means", async () => {
    const refused = await fetch(`${app.url}/v1/payouts`);
    const { type } = (await refused.json()) as { type: string };
    const page = await come(type, PHONE);
    const heading = page.locator(":target");
    expect(await heading.innerText()).toBe("API key missing");
    await expect
      .poll(() => heading.evaluate((it) => it.getBoundingClientRect().top))
      .toBeLessThan(5);
    await visitor.picture("docs-errors");
    await expectAccessible(visitor, "/docs/errors");
  });
});
