import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
/** A folder for a picture of each step, to be looked at by people; absent for none. */
const PICTURES = process.env["PAYOUT_SCREENSHOTS"];

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 800 };

/**
 * Tests in a real browser. Where there is none they are skipped, and say so; with REQUIRE_BROWSER=1, as
 * in CI, they fail instead.
 */
export function describeInBrowser(name: string, tests: (browser: () => Browser) => void): void {
  if (!existsSync(CHROMIUM) && process.env["REQUIRE_BROWSER"] !== "1") {
    process.stderr.write(`SKIPPED, no browser at ${CHROMIUM} (CHROMIUM_PATH): ${name}\n`);
    describe.skip(name, () => tests(() => Promise.reject() as never));
    return;
  }
  describe(name, { timeout: 120_000 }, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    }, 60_000);
    afterAll(() => browser?.close());
    tests(() => browser);
  });
}

/** A visitor with cookies of its own, and everything that its browser complains of. */
export class Visitor {
  readonly page: Page;
  /** Console errors, which a broken policy is one of, faults of scripts, dialogs: there must be none. */
  readonly complaints: string[] = [];
  /** Every address that was asked for. */
  readonly requests: { readonly url: string; readonly headers: Record<string, string> }[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      // Chromium reports every answer that is not 2xx; those are looked at by the tests.
      const isStatus = message.text().startsWith("Failed to load resource: the server responded");
      if (message.type() === "error" && !isStatus) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("dialog", (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) =>
      this.requests.push({ url: request.url(), headers: request.headers() }),
    );
  }

  static async come(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: PHONE, locale: "en-US", ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    return new Visitor(page);
  }

  leave(): Promise<void> {
    return this.page.context().close();
  }

  /** For people to look at. */
  async picture(name: string): Promise<void> {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }
}
