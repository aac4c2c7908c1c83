import { expect, test } from "vitest";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import type { ErrorReason } from "../../../src/domain/errors.ts";
import { newId } from "../../../src/domain/id.ts";
import { limits } from "../../../src/limits.ts";
import { bodyOf, Echo, SECRET, signatureOf } from "../../service/webhooks/echo.ts";
import { Stage } from "./support/stage.ts";

const { webhooks } = limits;
const CANARY = "canary-4711";

const event = (eventId: string, key = "nobody's") => ({
  eventId,
  about: { processorKey: key },
  state: { status: "SUCCESS" } as const,
});
const bytes = (text: string) => Buffer.from(text);
const reasonOf = (body: string) => (JSON.parse(body) as { reason: ErrorReason }).reason;

test("is answered once it is stored, with 200 and nothing else", async () => {
  const stage = await Stage.open({ role: "api" });
  const account = await stage.account();
  const body = bodyOf(event("a"));
  const reply = await stage.send(account.path, bytes(body.toString()), signatureOf(body));
  expect(reply).toMatchObject({ status: 200, body: "" });
  expect(reply.headers.get("content-type")).toBeNull();
  expect(stage.states()).toMatchObject({ NEW: 1 });
});

test("is answered as the processor wants it", async () => {
  const echo = new Echo({ status: 202, contentType: "text/plain", body: "[accepted]" });
  const stage = await Stage.open({}, echo);
  const { path } = await stage.account();
  const body = bodyOf(event("a"));
  const reply = await stage.send(path, bytes(body.toString()), signatureOf(body));
  expect(reply).toMatchObject({ status: 202, body: "[accepted]" });
  expect(reply.headers.get("content-type")).toBe("text/plain");
});

test("an address that is nobody's is not there, whatever is wrong with it", async () => {
  const stage = await Stage.open();
  const { id, path } = await stage.account();
  const stripe = await stage.shop.connectorAccount();
  const body = bodyOf(event("a"));
  const never = newId("connectorAccount", 1, (size) => new Uint8Array(size));
  const told = await Promise.all(
    [
      "/webhooks/nobody",
      `/webhooks/acme/${id}`,
      `/webhooks/sandbox/${id}`,
      `/webhooks/stripe/${id}`,
      `/webhooks/echo/${stripe}`,
      `/webhooks/echo/${never}`,
      "/webhooks/echo/mer_1",
      `${path}/more`,
      `${path}%00`,
    ].map(async (wrong) => {
      const reply = await stage.send(wrong, bytes(body.toString()), signatureOf(body));
      const { instance: _, request_id: __, ...said } = JSON.parse(reply.body);
      return { status: reply.status, ...said };
    }),
  );
  expect(told[0]).toMatchObject({ status: 404, reason: "METHOD_NOT_FOUND" });
  for (const each of told) expect(each).toEqual(told[0]);
  const read = await fetch(stage.app.url + path);
  expect(read.status).toBe(404);
});

test("WEBHOOK_NOT_VERIFIED: every flipped bit is refused, and nothing is stored", async () => {
  const stage = await Stage.open();
  const { path } = await stage.account();
  const body = bodyOf(event("a"));
  const good = signatureOf(body);
  const refused = async (sent: Buffer, headers: Record<string, string>) => {
    const reply = await stage.send(path, Buffer.from(sent), headers);
    expect(reply.status).toBe(401);
    expect(reasonOf(reply.body)).toBe("WEBHOOK_NOT_VERIFIED");
  };
  for (let bit = 0; bit < body.length * 8; bit += 1) {
    const spoilt = Buffer.from(body);
    spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await refused(spoilt, good);
  }
  await refused(body.subarray(1), good);
  await refused(Buffer.concat([body, bytes("\n")]), good);
  await refused(Buffer.alloc(0), good);
  await refused(body, {});
  await refused(body, signatureOf(body, `${SECRET}x`));
  expect(Object.values(stage.states()).every((count) => count === 0)).toBe(true);
  // A flood of them is no flood of lines, and none has a word of theirs.
  await refused(bytes(CANARY), { "x-echo-signature": CANARY });
  const lines = stage.app.logs.filter((line) => line.includes("signature is not right"));
  expect(lines).toHaveLength(1);
  stage.app.clock.advance(webhooks.unverifiedEveryMs);
  await refused(body, {});
  const [, second = ""] = stage.app.logs.filter((line) => line.includes("signature is not right"));
  expect(JSON.parse(second)).toMatchObject({ connector: "echo", refused: body.length * 8 + 6 });
  expect(stage.app.logs.join()).not.toContain(CANARY);
});

test("a module that throws has verified nothing; one that could not ask has it sent again", async () => {
  const stage = await Stage.open({ connectorTimeoutMs: 100 });
  const { path } = await stage.account();
  const body = bodyOf(event("a"));
  const ask = async () => {
    const reply = await stage.send(path, bytes(body.toString()), signatureOf(body));
    return `${reply.status} ${reasonOf(reply.body)} ${reply.headers.get("retry-after")}`;
  };
  stage.echo.verify = () => {
    throw new Error(CANARY);
  };
  expect(await ask()).toBe("401 WEBHOOK_NOT_VERIFIED null");
  stage.echo.verify = async () => false;
  expect(await ask()).toBe("401 WEBHOOK_NOT_VERIFIED null");
  stage.echo.verify = () => "yes" as unknown as boolean;
  expect(await ask()).toBe("401 WEBHOOK_NOT_VERIFIED null");
  stage.echo.verify = async () => {
    throw new Error(CANARY);
  };
  expect(await ask()).toBe("503 CONNECTOR_UNAVAILABLE 1");
  stage.echo.verify = () => new Promise(() => {});
  expect(await ask()).toBe("503 CONNECTOR_UNAVAILABLE 1");
  expect(Object.values(stage.states()).every((count) => count === 0)).toBe(true);
  expect(stage.app.logs.join()).not.toContain(CANARY);
});

test("webhooks.verifications: of one account at once", async () => {
  const stage = await Stage.open();
  const [one, other] = [await stage.account(), await stage.account()];
  const gate = Promise.withResolvers<boolean>();
  let asked = 0;
  stage.echo.verify = ({ headers }) => {
    if (headers["x-echo-other"] !== undefined) return true;
    asked += 1;
    return gate.promise;
  };
  const body = bodyOf(event("a")).toString();
  const held = Array.from({ length: webhooks.verifications }, () => stage.send(one.path, body));
  await expect.poll(() => asked).toBe(webhooks.verifications);
  const refused = await stage.send(one.path, body);
  expect(`${refused.status} ${reasonOf(refused.body)}`).toBe("429 OVERLOADED");
  expect((await stage.send(other.path, body, { "x-echo-other": "1" })).status).toBe(200);
  gate.resolve(true);
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200));
  expect((await stage.send(one.path, body)).status).toBe(200);
});

test("webhooks.bodyBytes: is taken, and not a byte more", async () => {
  const stage = await Stage.open();
  const { path } = await stage.account();
  const sized = (size: number) => Buffer.from(" ".repeat(size));
  for (const type of ["application/json", "text/plain", "", "application/grpc"]) {
    const body = sized(webhooks.bodyBytes);
    const headers: Record<string, string> = { ...signatureOf(body) };
    if (type !== "") headers["content-type"] = type;
    expect(await stage.send(path, body, headers)).toMatchObject({ status: 200 });
    const reply = await stage.send(path, sized(webhooks.bodyBytes + 1), headers);
    expect(`${reply.status} ${reasonOf(reply.body)}`).toBe("413 REQUEST_TOO_LARGE");
  }
  // The same bytes are one message, whatever they are called.
  expect(stage.states()).toMatchObject({ REVIEW: 1 });
});

test("what cannot be read is kept for people, sealed, without credentials, and taken", async () => {
  const stage = await Stage.open();
  const { path } = await stage.account();
  const many = (count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, index) => event(`m-${index}`)));
  const unreadable = [
    `plain ${CANARY}`,
    "throw",
    "{",
    many(webhooks.events + 1),
    JSON.stringify(event("")),
    JSON.stringify({ about: null, state: null }),
    JSON.stringify([event("ok"), { ...event("x"), more: "y".repeat(webhooks.eventBytes) }]),
  ];
  for (const text of unreadable) {
    for (let time = 0; time < 2; time += 1) {
      const headers = { ...signatureOf(bytes(text)), authorization: "Basic canary-password" };
      expect(await stage.send(path, text, headers)).toMatchObject({ status: 200 });
    }
  }
  expect(stage.states()).toEqual({
    NEW: 0,
    WAITING: 0,
    REVIEW: unreadable.length,
    APPLIED: 0,
    IGNORED: 0,
  });
  const rows = stage.query((database) => database.prepare("SELECT * FROM inbox").all());
  expect(JSON.stringify(rows)).not.toContain(CANARY);
  expect(stage.app.logs.join()).not.toContain(CANARY);
});

test("webhooks.events: of one message are taken, each by itself", async () => {
  const stage = await Stage.open({ role: "api" });
  const { path } = await stage.account();
  const text = JSON.stringify(
    Array.from({ length: webhooks.events }, (_, index) => event(`m-${index}`)),
  );
  for (let time = 0; time < 2; time += 1) {
    expect(await stage.send(path, text, signatureOf(bytes(text)))).toMatchObject({ status: 200 });
  }
  expect(stage.states()).toMatchObject({ NEW: webhooks.events, REVIEW: 0 });
});

test("webhooks.eventIdBytes: a longer id is taken once all the same", async () => {
  const stage = await Stage.open({ role: "api" });
  const account = await stage.account();
  for (const id of ["x".repeat(webhooks.eventIdBytes), "x".repeat(webhooks.eventIdBytes + 1)]) {
    await stage.tell(account, event(id));
    await stage.tell(account, event(id));
  }
  expect(stage.states()).toMatchObject({ NEW: 2 });
  const longest = stage.query((database) =>
    database.prepare("SELECT max(length(event_id)) FROM inbox").pluck().get(),
  );
  expect(longest).toBe(webhooks.eventIdBytes);
});

test("an event about nothing is ignored, and a message without events is taken", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  await stage.tell(account, { eventId: "a", about: null, state: null });
  expect(await stage.send(account.path, "[]", signatureOf(bytes("[]")))).toMatchObject({
    status: 200,
  });
  expect(stage.states()).toMatchObject({ NEW: 0, IGNORED: 1, REVIEW: 0 });
});

test("an account that is disabled still hears of its payouts; one that is removed is not there", async () => {
  const stage = await Stage.open();
  const { id, path } = await stage.account();
  const { method } = ConnectorService;
  await stage.shop.get(method.updateConnectorAccount, { connectorAccountId: id, enabled: false });
  const body = bodyOf(event("a")).toString();
  const headers = signatureOf(bytes(body));
  expect((await stage.send(path, body, headers)).status).toBe(200);
  await stage.shop.get(method.deleteConnectorAccount, { connectorAccountId: id });
  expect((await stage.send(path, body, headers)).status).toBe(404);
});

test("no page can read what is answered, whatever origins may call the API", async () => {
  const origin = "https://dash.example";
  const stage = await Stage.open({ corsOrigins: [origin] });
  const { path } = await stage.account();
  const body = bodyOf(event("a")).toString();
  const headers = { ...signatureOf(bytes(body)), origin };
  const named = (reply: { headers: Headers }) =>
    [...reply.headers.keys()].filter((name) => name.startsWith("access-control-"));
  expect(named(await stage.send("/v1/payouts", "{}", { origin }))).not.toEqual([]);
  for (const to of [path, "/webhooks/echo/nobody"]) {
    expect(named(await stage.send(to, body, headers))).toEqual([]);
  }
});

test("a process that serves no calls takes no webhooks", async () => {
  const stage = await Stage.open();
  const { path } = await stage.account();
  await stage.app.restart({ role: "worker" });
  expect((await stage.send(path, "{}")).status).toBe(404);
});
