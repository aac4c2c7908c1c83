import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAUSES } from "../../../src/domain/webhook-retry.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { type Answering, type EventBody, Receiver, sequenceOf } from "./support/receiver.ts";
import { RestClient } from "./support/rest-client.ts";

let app: TestApp;
const receivers: Receiver[] = [];
beforeAll(async () => {
  app = await startTestApp({ webhookLoopback: true });
});
afterAll(async () => {
  await app.stop();
  await Promise.all(receivers.map((each) => each.kill()));
});

/** A merchant of its own with an endpoint at a receiver of its own. */
async function furnished(changes: Readonly<Record<string, unknown>> = {}) {
  const client = new RestClient(app, app.addKey({ merchant: "other" }).key);
  const receiver = await Receiver.start();
  receivers.push(receiver);
  const endpoint = await client.endpoint(receiver.url, changes);
  return { client, receiver, endpoint };
}

/** Every event of a merchant, the oldest first. */
async function eventsOf(client: RestClient): Promise<readonly EventBody[]> {
  const { events } = await client.call<{ events: EventBody[] }>("GET", "/v1/events?pageSize=100");
  return events.toReversed();
}

const idsOf = (receiver: Receiver) => receiver.received.map(({ headers }) => headers["webhook-id"]);

describe("an event that an endpoint wants", () => {
  test("arrives signed, and is byte for byte what EventService answers", async () => {
    const { client, receiver, endpoint } = await furnished();
    await client.payout();
    const events = await eventsOf(client);
    await receiver.until((all) => all.length >= events.length);
    const verified = receiver.verified(endpoint.secret);
    expect(verified.toSorted((a, b) => a.sequence - b.sequence)).toEqual(events);
    for (const { body, headers } of receiver.received) {
      const id = headers["webhook-id"] ?? "";
      expect(body).toBe((await client.ask("GET", `/v1/events/${id}`)).text);
      expect(headers["content-type"]).toBe("application/json");
      const age = Math.floor(app.clock.now() / 1000) - Number(headers["webhook-timestamp"]);
      expect(Math.abs(age)).toBeLessThan(60);
    }
    const deliveries = await client.deliveries(endpoint.endpointId, "&state=DELIVERED");
    expect(deliveries.map(({ eventId }) => eventId).sort()).toEqual(idsOf(receiver).sort());
    const [attempt, ...others] = deliveries.flatMap(({ attempts }) => attempts).slice(0, 1);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({ statusCode: 204, errorReason: "", answer: "" });
    expect(Object.keys(attempt?.requestHeaders ?? {})).not.toContain("webhook-signature");
  });

  test("is signed as the published scheme has it, by another language's hand", async () => {
    const { client, receiver, endpoint } = await furnished();
    await client.payout();
    await receiver.until((all) => all.length > 0);
    const [first] = receiver.received;
    if (first === undefined) throw new Error("nothing arrived");
    const { headers, body } = first;
    const program = `
import base64, hashlib, hmac, json, sys
given = json.load(sys.stdin)
key = base64.b64decode(given["secret"].removeprefix("whsec_"))
head = given["headers"]
signed = ".".join([head["webhook-id"], head["webhook-timestamp"], given["body"]]).encode()
print("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())`;
    const input = JSON.stringify({ secret: endpoint.secret, headers, body });
    const { status, stdout } = spawnSync("python3", ["-c", program], { input, encoding: "utf8" });
    // Where there is no Python nothing is shown by it.
    if (status !== 0) expect(status).toBeNull();
    else expect(headers["webhook-signature"]).toBe(stdout.trim());
  });

  test("is one of the types that it names", async () => {
    const { client, receiver } = await furnished({ eventTypes: ["payout.succeeded"] });
    await client.payout();
    await receiver.until((all) => all.length > 0);
    expect(receiver.received).toHaveLength(1);
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "payout.succeeded",
    });
  });
});

const WAYS_TO_FAIL: readonly (readonly [string, Answering, string])[] = [
  ["answers 500", (_request, response) => void response.writeHead(500).end("no"), "STATUS_NOT_2XX"],
  [
    "redirects",
    (_request, response) => void response.writeHead(302, { location: "/elsewhere" }).end(),
    "REDIRECTED",
  ],
  [
    "closes half-way through its answer",
    (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.socket?.resetAndDestroy());
    },
    "ANSWER_CUT_OFF",
  ],
  ["closes without an answer", (_request, _response, socket) => void socket.destroy(), "NO_ANSWER"],
];

describe("a receiver that", () => {
  for (const [name, answering, reason] of WAYS_TO_FAIL) {
    test(`${name} gets every event after it recovers, under the same ids`, async () => {
      const { client, receiver, endpoint } = await furnished();
      receiver.answering = answering;
      await client.payout();
      const events = await eventsOf(client);
      await receiver.until((all) => all.length >= 2);
      await expect
        .poll(
          async () => (await client.deliveries(endpoint.endpointId))[0]?.attempts[0]?.errorReason,
        )
        .toBe(reason);
      receiver.answering = (_request, response) => void response.writeHead(200).end("thanks");
      await recovered(client, endpoint.endpointId);
      const seen = receiver.verified(endpoint.secret);
      const distinct = new Map(seen.map((event) => [event.eventId, event]));
      expect(distinct.size).toBeLessThan(seen.length);
      // Ordered by `sequence`, what arrived is the history as it was.
      const history = [...distinct.values()].toSorted((a, b) => a.sequence - b.sequence);
      expect(history).toEqual(events);
      expect(receiver.received.every(({ path }) => path === "/hook")).toBe(true);
      const bodies = Map.groupBy(receiver.received, ({ headers }) => headers["webhook-id"]);
      for (const same of bodies.values()) {
        expect(new Set(same.map(({ body }) => body)).size).toBe(1);
      }
    });
  }

  test("is killed, and comes back, gets every event", async () => {
    const { client, receiver, endpoint } = await furnished();
    await receiver.kill();
    await client.payout();
    const events = await eventsOf(client);
    await expect
      .poll(async () => (await client.deliveries(endpoint.endpointId))[0]?.attempts[0]?.errorReason)
      .toBe("CONNECTION_FAILED");
    await receiver.listen();
    await recovered(client, endpoint.endpointId);
    const sequences = receiver.received.map(sequenceOf).sort();
    expect(sequences).toEqual(events.map(({ sequence }) => sequence));
  });

  test("answers ten megabytes is read no further than it need be, and has it", async () => {
    const { client, receiver, endpoint } = await furnished({ eventTypes: ["payout.succeeded"] });
    let written = 0;
    receiver.answering = (_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.from("é".repeat(32 * 1024));
      const more = () => {
        while (!response.destroyed && written < 10 * 1024 * 1024) {
          written += chunk.length;
          if (!response.write(chunk)) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    };
    await client.payout();
    await recovered(client, endpoint.endpointId);
    const [delivery] = await client.deliveries(endpoint.endpointId);
    expect(delivery).toMatchObject({ state: "DELIVERED", tries: 1 });
    expect(Buffer.byteLength(delivery?.attempts[0]?.answer ?? "")).toBe(4 * 1024);
    expect(written).toBeLessThan(10 * 1024 * 1024);
  });

  test("asks to be left alone is left alone for so long", async () => {
    const { client, receiver, endpoint } = await furnished({ eventTypes: ["payout.succeeded"] });
    receiver.answering = (_request, response) =>
      void response.writeHead(503, { "retry-after": "7200" }).end();
    const before = app.clock.now();
    await client.payout();
    await expect
      .poll(async () => (await client.deliveries(endpoint.endpointId))[0]?.attempts.length)
      .toBe(1);
    const [delivery] = await client.deliveries(endpoint.endpointId);
    const wait = Date.parse(delivery?.nextTryTime ?? "") - before;
    expect(wait).toBeGreaterThanOrEqual(7_200_000);
    expect(wait).toBeLessThan(7_260_000);
  });
});

/** Lets pauses pass until nothing of an endpoint is to be sent any more. */
async function recovered(client: RestClient, endpointId: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const pending = await client.deliveries(endpointId, "&state=PENDING");
        app.clock.advance(PAUSES[1] ?? 0);
        return pending.length;
      },
      { interval: 50, timeout: 20_000 },
    )
    .toBe(0);
}
