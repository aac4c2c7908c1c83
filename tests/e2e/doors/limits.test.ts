import { existsSync, readFileSync } from "node:fs";
import http2 from "node:http2";
import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { limits } from "../../../src/limits.ts";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { ENDPOINT, field, PAYOUT, Shop, STRIPE_ACCOUNT } from "../faces/shop.ts";
import { Browser, FORM } from "../links/browser.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { NOT_FROM_OUTSIDE, PROOFS } from "./limits.ts";

const { method } = PayoutService;
const DAY = 24 * 60 * 60_000;

let app: TestApp;
let faces: readonly Face[];
let shop: Shop;
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
  shop = new Shop(app, faceNamed("REST"));
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

function faceNamed(name: string): Face {
  const face = faces.find((each) => each.name === name);
  if (face === undefined) throw new Error(`there is no face ${name}`);
  return face;
}

/** The names of all bounds, such as "link.maxMs". */
function namesOf(group: object, prefix = ""): readonly string[] {
  return Object.entries(group).flatMap(([name, value]) =>
    typeof value === "object" ? namesOf(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}

test("every bound of limits.ts has its test, or a reason to have none", () => {
  const own = readFileSync(new URL(import.meta.url), "utf8");
  const names = namesOf(limits);
  const listed = [...Object.keys(PROOFS), ...Object.keys(NOT_FROM_OUTSIDE)];
  const isListed = (name: string) =>
    listed.some((each) => name === each || name.startsWith(`${each}.`)) ||
    own.includes(`test("${name}: `);
  expect(names.filter((name) => !isListed(name))).toEqual([]);
  const isThere = (each: string) =>
    names.some((name) => name === each || name.startsWith(`${each}.`));
  expect(listed.filter((each) => !isThere(each))).toEqual([]);
  for (const [name, { file, words }] of Object.entries(PROOFS)) {
    expect(existsSync(file) && readFileSync(file, "utf8").includes(words), name).toBe(true);
  }
});

async function post(path: string, body: string, type = "application/json"): Promise<Response> {
  return fetch(app.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${shop.key}`, "content-type": type },
    body,
  });
}

async function get(path: string): Promise<{ status: number; reason: string; fields: unknown }> {
  const response = await fetch(app.url + path, {
    headers: { authorization: `Bearer ${shop.key}` },
  });
  const { reason = "", errors = [] } = (await response.json()) as {
    reason?: string;
    errors?: { field: string }[];
  };
  return { status: response.status, reason, fields: errors.map(({ field: name }) => name) };
}

describe("pages", () => {
  const counts = async (of: DescMethod, request: JsonObject, name: string, by: Shop) =>
    ((await by.get(of, request))[name] as unknown[]).length;

  test("pageSize.default: is what a call gets that asks for none", async () => {
    const many = new Shop(app, faceNamed("gRPC"));
    await Promise.all(Array.from({ length: limits.pageSize.default + 1 }, () => many.recipient()));
    expect(await counts(EventService.method.listEvents, {}, "events", many)).toBe(
      limits.pageSize.default,
    );
  });

  test("pageSize.max: is taken, and no more", async () => {
    expect((await get(`/v1/payouts?pageSize=${limits.pageSize.max}`)).status).toBe(200);
    expect(await get(`/v1/payouts?pageSize=${limits.pageSize.max + 1}`)).toEqual({
      status: 400,
      reason: "VALIDATION_FAILED",
      fields: ["page_size"],
    });
  });
});

describe("requests", () => {
  /** JSON of exactly so many bytes. */
  const sized = (bytes: number) => {
    const text = JSON.stringify(PAYOUT);
    return `${text.slice(0, -1)}${" ".repeat(bytes - text.length)}}`;
  };

  test("bodyBytes: a body of a mebibyte is taken, and not a byte more", async () => {
    for (const path of ["/v1/payouts", `/${PayoutService.typeName}/Create`]) {
      const taken = await post(path, sized(limits.bodyBytes));
      expect({ path, status: taken.status }).toEqual({ path, status: 200 });
      await taken.text();
      const refused = await post(path, sized(limits.bodyBytes + 1));
      expect(await refused.text()).toContain("resource_exhausted");
      expect(refused.status).toBe(path.startsWith("/v1") ? 413 : 429);
    }
  });

  test("jsonDepth: is read, and nothing deeper", async () => {
    for (const path of ["/v1/payouts", `/${PayoutService.typeName}/Create`]) {
      const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      const read = await post(path, nested(limits.jsonDepth));
      // It says of the field that nobody knows it, and so it has read it.
      expect(await read.text()).not.toContain("nested");
      const unread = await post(path, nested(limits.jsonDepth + 1));
      const text = await unread.text();
      const details = [...text.matchAll(/"value":"([^"]+)"/g)].map(([, value = ""]) =>
        Buffer.from(value, "base64").toString(),
      );
      expect([text, ...details].join()).toContain("nested too deep");
    }
  });

  test("queryParameters: so many are read, and not one more", async () => {
    const query = (count: number) =>
      Array.from({ length: count }, (_each, index) => `type=t${index}`).join("&");
    expect(await get(`/v1/events?${query(limits.queryParameters)}`)).toMatchObject({
      reason: "VALIDATION_FAILED",
      fields: ["type"],
    });
    expect(await get(`/v1/events?${query(limits.queryParameters + 1)}`)).toMatchObject({
      status: 400,
      reason: "MALFORMED_REQUEST",
    });
  });

  test("routing.conditionCharacters: of all rules together", async () => {
    const rules = (characters: number) => {
      const most = 1900;
      const count = Math.ceil(characters / most);
      return Array.from({ length: count }, (_each, index) => {
        const length = Math.min(most, characters - index * most);
        return { name: `r${index}`, condition: "true".padEnd(length), connectors: ["sandbox"] };
      });
    };
    const of = RoutingService.method.replaceRoutingRules;
    const { conditionCharacters } = limits.routing;
    expect((await shop.call(of, { rules: rules(conditionCharacters) })).ok).toBe(true);
    expect(await shop.call(of, { rules: rules(conditionCharacters + 1) })).toMatchObject({
      told: { reason: "VALIDATION_FAILED", violations: [{ field: "rules" }] },
    });
  });
});

test("connectorAccounts: so many and no more", async () => {
  const own = new Shop(app, faceNamed("REST"));
  const all = Array.from({ length: limits.connectorAccounts }, () => own.connectorAccount());
  expect(new Set(await Promise.all(all)).size).toBe(limits.connectorAccounts);
  const of = ConnectorService.method.createConnectorAccount;
  expect(await own.call(of, STRIPE_ACCOUNT)).toMatchObject({
    told: { reason: "CONNECTOR_ACCOUNT_LIMIT" },
  });
});

describe("webhooks", () => {
  const webhooks = WebhookEndpointService.method;

  test("webhooksOut.endpoints: so many and no more", async () => {
    const own = new Shop(app, faceNamed("REST"));
    const all = Array.from({ length: limits.webhooksOut.endpoints }, () => own.endpoint());
    expect(new Set(await Promise.all(all)).size).toBe(limits.webhooksOut.endpoints);
    expect(await own.call(webhooks.createWebhookEndpoint, ENDPOINT)).toMatchObject({
      told: { reason: "WEBHOOK_ENDPOINT_LIMIT" },
    });
  });

  test("webhooksOut.secrets: so many sign at once, and zero ends them all", async () => {
    const endpointId = await shop.endpoint();
    const rotate = (overlap: string) =>
      shop.call(webhooks.rotateWebhookSecret, { endpointId, overlap });
    for (let i = 1; i < limits.webhooksOut.secrets; i += 1) {
      expect((await rotate("60s")).ok).toBe(true);
    }
    expect(await rotate("60s")).toMatchObject({ told: { violations: [{ field: "overlap" }] } });
    expect((await rotate("0s")).ok).toBe(true);
    expect((await rotate("60s")).ok).toBe(true);
  });

  test("webhooksOut.overlap.maxMs: by 7 days at most", async () => {
    const endpointId = await shop.endpoint();
    const rotate = (ms: number) =>
      shop.call(webhooks.rotateWebhookSecret, { endpointId, overlap: `${ms / 1000}s` });
    const { maxMs } = limits.webhooksOut.overlap;
    expect(maxMs).toBe(7 * DAY);
    expect((await rotate(maxMs)).ok).toBe(true);
    for (const ms of [maxMs + 1000, -1000]) {
      expect(await rotate(ms)).toMatchObject({
        told: { violations: [{ field: "overlap", message: "must be from 0 to 7 days (604800s)" }] },
      });
    }
  });
});

describe("links", () => {
  const amount = PAYOUT["amount"] ?? null;
  const expiry = async (request: JsonObject) => {
    const { link } = await shop.get(method.createLink, { amount, ...request });
    return Date.parse(field(link, "expireTime")) - app.clock.now();
  };

  test("link.defaultMs: is how long a link lasts that says nothing", async () => {
    expect(Math.abs((await expiry({})) - limits.link.defaultMs)).toBeLessThan(5000);
    expect(limits.link.defaultMs).toBe(7 * DAY);
  });

  test("link.maxMs: is the longest, as a duration and as a time", async () => {
    const { maxMs } = limits.link;
    expect(Math.abs((await expiry({ ttl: `${maxMs / 1000}s` })) - maxMs)).toBeLessThan(5000);
    const at = (ms: number) => new Date(app.clock.now() + ms).toISOString();
    expect(await expiry({ expireTime: at(maxMs - 1000) })).toBeLessThan(maxMs);
    for (const [request, name] of [
      [{ ttl: `${maxMs / 1000 + 1}s` }, "ttl"],
      [{ expireTime: at(maxMs + 60_000) }, "expire_time"],
    ] as const) {
      expect(await shop.call(method.createLink, { amount, ...request })).toMatchObject({
        told: { violations: [{ field: name, message: "must be at most 30 days from now" }] },
      });
    }
  });

  const addressOf = (url: string) => app.url + new URL(url).pathname;
  const claim = async (url: string, claimCode: string, changes = {}) => {
    const { status } = await new Browser().claim(
      addressOf(url),
      { ...FORM, ...changes },
      claimCode,
    );
    return status;
  };
  const linkWith = async (claimCode: string) => {
    const { link } = await shop.get(method.createLink, { amount, claimCode });
    return field(link, "url");
  };

  test("claimCodes.tries: so many wrong codes, then none is looked at, the right one either", async () => {
    const url = await linkWith("right-code");
    const { tries, windowMs } = limits.claimCodes;
    for (let i = 0; i < tries; i += 1) expect(await claim(url, `wrong-${i}`)).toBe(403);
    expect(await claim(url, "wrong-again")).toBe(429);
    expect(await claim(url, "right-code")).toBe(429);
    app.clock.advance(windowMs);
    expect(await claim(url, "right-code")).toBe(303);
  });

  test("claimCodes.windowMs: many codes at once are no more than one by one", async () => {
    const url = await linkWith("right-code");
    const { tries, windowMs } = limits.claimCodes;
    const draft = await new Browser().draft(addressOf(url));
    // In one packet, or nearly: there is no time between them to count what was wrong.
    const session = http2.connect(app.url);
    const told = await Promise.all(
      Array.from({ length: 9 * tries }, (_each, index) => {
        const stream = session.request({
          ":method": "POST",
          ":path": new URL(url).pathname,
          "content-type": "application/x-www-form-urlencoded",
        });
        const form = { draft, step: "claim", claimCode: `wrong-${index}` };
        stream.end(String(new URLSearchParams(form)));
        stream.resume();
        return new Promise((resolve, reject) => {
          stream.once("response", (headers) => resolve(headers[":status"]));
          stream.once("error", reject);
        });
      }),
    );
    session.destroy();
    expect(told.filter((status) => status === 403)).toHaveLength(tries);
    expect(told.filter((status) => status === 429)).toHaveLength(8 * tries);
    app.clock.advance(windowMs);
    // What else is wrong with a form is no wrong code.
    for (let i = 0; i < 2 * tries; i += 1) {
      expect(await claim(url, "right-code", { routingNumber: "110000001" })).toBe(400);
    }
    expect(await claim(url, "right-code")).toBe(303);
  });
});

describe("payouts that wait", () => {
  test("stagedMs: a staged payout expires when nobody has confirmed it by then", async () => {
    const staged = field(await shop.staged(), "payoutId");
    const status = async () => {
      const { payout } = await shop.get(method.get, { payoutId: staged, sync: "STORED" });
      return (payout as JsonObject)["status"];
    };
    app.clock.advance(limits.stagedMs - 60_000);
    expect(await status()).toBe("REQUIRES_CONFIRMATION");
    app.clock.advance(60_000);
    await expect.poll(status, { interval: 50, timeout: 10_000 }).toBe("EXPIRED");
  });
});

describe("streams", () => {
  test("watch.heartbeatMs: a stream that has nothing to tell says that it stands", async () => {
    const quiet = new Shop(app, faceNamed("gRPC"));
    const gone = new AbortController();
    const stream = quiet.face.stream?.(method.watch, {}, { key: quiet.key, signal: gone.signal });
    const messages = stream?.[Symbol.asyncIterator]();
    expect((await messages?.next())?.value).toEqual({});
    app.clock.advance(limits.watch.heartbeatMs);
    expect((await messages?.next())?.value).toEqual({});
    gone.abort();
  });
});
