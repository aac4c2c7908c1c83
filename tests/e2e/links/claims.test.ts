import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { field, PAYOUT, Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { Browser, FORM } from "./browser.ts";

const { method } = PayoutService;
/** The sandbox finds this account closed; see its magic accounts. */
const CLOSED = { accountNumber: "190000005" };

let app: TestApp;
let faces: readonly Face[];
let shop: Shop;
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
  const [face] = faces;
  if (face === undefined) throw new Error("no face");
  shop = new Shop(app, face);
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

async function newLink(changes: JsonObject = {}) {
  const made = await shop.get(method.createLink, { amount: PAYOUT["amount"] ?? null, ...changes });
  const { link } = made;
  return { linkId: field(link, "linkId"), payoutId: field(link, "payoutId"), ...addressOf(link) };
}

function addressOf(link: Parameters<typeof field>[0]) {
  return { address: app.url + new URL(field(link, "url")).pathname };
}

async function until(payoutId: string, status: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const { payout } = await shop.get(method.get, { payoutId, sync: "STORED" });
        return field(payout, "status");
      },
      { interval: 20, timeout: 10_000 },
    )
    .toBe(status);
}

describe("the browser that claims a link", () => {
  it("keeps seeing what comes of it; any other sees what it sees of a link that never was", async () => {
    const { address, payoutId } = await newLink();
    const own = new Browser();
    expect((await own.claim(address)).status).toBe(303);
    expect(own.setCookie).toMatch(
      /^claim_[0-9a-f]{16}=[\w-]{43}; Max-Age=\d+; Path=\/l\/; HttpOnly; SameSite=Lax$/,
    );
    expect(own.setCookie).not.toContain(address.slice(address.lastIndexOf("/") + 1));
    await until(payoutId, "SUCCESS");
    const [mine, again, other, none] = [
      await own.open(address),
      await own.claim(address),
      await new Browser().open(address),
      await new Browser().open(`${app.url}/l/${"x".repeat(43)}`),
    ];
    expect(mine).toMatchObject({ status: 200, text: expect.stringContaining("was sent") });
    // Sent twice, as by a page that is loaded again: it is not claimed twice.
    expect(again.text).toBe(mine.text);
    expect({ status: other.status, text: other.text }).toEqual({
      status: none.status,
      text: none.text,
    });
    expect(other.status).toBe(404);
  });

  it("sees the result when the answer to its claim is lost", async () => {
    const { address, payoutId } = await newLink();
    const own = new Browser();
    const draft = await own.draft(address);
    const { cookie } = own;
    // The claim arrives; its answer, with all headers, does not.
    const body = new URLSearchParams({ draft, step: "claim" });
    await (await fetch(address, { method: "POST", body, headers: { cookie } })).text();
    expect(own.cookie).toBe(cookie);
    await until(payoutId, "SUCCESS");
    expect(await own.open(address)).toMatchObject({
      status: 200,
      text: expect.stringContaining("was sent"),
    });
    // Sent twice, as by two presses: the second shows what the first has done.
    expect(await own.open(address, { draft, step: "claim" })).toMatchObject({ status: 200 });
  });

  it("sees the result however often it presses the button", async () => {
    const { address, payoutId } = await newLink();
    const own = new Browser();
    const draft = await own.draft(address);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => own.open(address, { draft, step: "claim" })),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    await until(payoutId, "SUCCESS");
  });

  it("is shown the result at once without cookies, and nothing later", async () => {
    const { address } = await newLink();
    const draft = await new Browser().draft(address);
    const done = await new Browser().open(address, { draft, step: "claim" });
    expect(done).toMatchObject({ status: 200, text: expect.stringContaining("on its way") });
    expect((await new Browser().open(address)).status).toBe(404);
  });

  it("has given what is stored as a hash only, and what is in no log", async () => {
    const { address, linkId } = await newLink();
    const own = new Browser();
    await own.claim(address);
    const secret = own.cookie.split("=")[1] ?? "";
    const token = address.slice(address.lastIndexOf("/") + 1);
    const { default: Database } = await import("better-sqlite3");
    const database = new Database(app.config.databasePath, { readonly: true });
    const row = database.prepare("SELECT * FROM links WHERE link_id = ?").get(linkId);
    const answers = database.prepare("SELECT answer FROM idempotency_records").all();
    const events = database.prepare("SELECT resource FROM events").all();
    database.close();
    expect(row).toMatchObject({ claim_secret_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const stored = JSON.stringify([row, answers, events]);
    for (const each of [secret, token]) {
      expect(each).toHaveLength(43);
      expect(stored).not.toContain(each);
      expect(app.logs.join()).not.toContain(each);
    }
  });

  it("is asked for another account when the first is closed, and is paid there", async () => {
    const { address, payoutId, linkId } = await newLink();
    const own = new Browser();
    expect((await own.claim(address, { ...FORM, ...CLOSED })).status).toBe(303);
    await until(payoutId, "REQUIRES_PAYOUT_METHOD_DATA");
    const { payout } = await shop.get(method.get, { payoutId, sync: "AUTO" });
    expect(payout).toMatchObject({
      status: "REQUIRES_PAYOUT_METHOD_DATA",
      error: { reason: "ACCOUNT_CLOSED", category: "CONNECTOR_DECLINED" },
      waitingFor: { reason: "PAYOUT_METHOD_DATA", who: "RECIPIENT" },
    });
    expect(await shop.get(LinkService.method.getLink, { linkId })).toMatchObject({
      link: { state: "ACTIVE" },
    });
    const { text } = await own.open(address);
    expect(text).toContain("account that you gave is closed");
    expect(text).not.toContain("account_closed");
    expect((await own.claim(address)).status).toBe(303);
    await until(payoutId, "SUCCESS");
    expect((await own.open(address)).text).toContain("was sent");
  });
});

describe("a link's page", () => {
  it("may be framed by whom the link names, and by nobody else", async () => {
    const policyOf = async (changes: JsonObject) => {
      const { address } = await newLink(changes);
      const { headers } = await new Browser().open(address);
      return headers.get("content-security-policy");
    };
    expect(await policyOf({})).toContain("frame-ancestors 'none'");
    const allowedOrigins = ["https://shop.example", "https://shop.example:8443", "https://[::1]"];
    expect(await policyOf({ allowedOrigins })).toContain(
      `frame-ancestors ${allowedOrigins.join(" ")}`,
    );
  });

  it.each([
    "https://shop.example/",
    "https://shop.example/pay",
    "http://shop.example",
    "https://*.shop.example",
    "https://Shop.example",
    "https://shop.example; script-src *",
    "https://shop.example https://other.example",
    "https://shop.example:443",
    "https://me@shop.example",
    "'self'",
    "*",
    "null",
    "https://",
    "https://münchen.example",
  ])("is not framed by %s", async (origin) => {
    const amount = PAYOUT["amount"] ?? null;
    const made = await shop.call(method.createLink, { amount, allowedOrigins: [origin] });
    expect(made).toMatchObject({
      told: { reason: "VALIDATION_FAILED", violations: [{ field: "allowed_origins[0]" }] },
    });
  });

  it("offers nothing that cannot be typed", async () => {
    const amount = PAYOUT["amount"] ?? null;
    const made = await shop.call(method.createLink, {
      amount,
      allowedMethods: ["ACH", "PASSTHROUGH", "APPLE_PAY"],
    });
    const message = "cannot be given on a page";
    expect(made).toMatchObject({
      told: {
        violations: [
          { field: "allowed_methods[1]", message },
          { field: "allowed_methods[2]", message },
        ],
      },
    });
  });

  it("is at another address once it is sent anew", async () => {
    const { address, linkId } = await newLink();
    const { link } = await shop.get(LinkService.method.resendLink, { linkId });
    const anew = addressOf(link ?? null);
    expect(anew.address).not.toBe(address);
    expect((await new Browser().open(address)).status).toBe(404);
    expect((await new Browser().open(anew.address)).status).toBe(200);
  });
});
