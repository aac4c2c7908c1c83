import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../../src/limits.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { type Answering, type EventBody, Receiver } from "./support/receiver.ts";
import { type DeliveryBody, type EndpointBody, RestClient } from "./support/rest-client.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

let app: TestApp;
const receivers: Receiver[] = [];
beforeAll(async () => {
  app = await startTestApp({ webhookLoopback: true });
});
afterAll(async () => {
  await app.stop();
  await Promise.all(receivers.map((each) => each.kill()));
});

async function receiving(): Promise<Receiver> {
  const receiver = await Receiver.start();
  receivers.push(receiver);
  return receiver;
}

const newClient = () => new RestClient(app, app.addKey({ merchant: "other" }).key);
const answeringWith =
  (status: number): Answering =>
  (_request, response) =>
    void response.writeHead(status).end();
const ONE = { eventTypes: ["payout.succeeded"] };
const path = ({ endpointId }: EndpointBody) => `/v1/webhook-endpoints/${endpointId}`;
const stateOf = (client: RestClient, endpoint: EndpointBody) =>
  client.call<EndpointBody>("GET", path(endpoint));

describe("an endpoint that is given up", () => {
  test("at once by 410 Gone; others are told, and enabling it goes on with what waits", async () => {
    const client = newClient();
    const [receiver, watcher] = [await receiving(), await receiving()];
    const endpoint = await client.endpoint(receiver.url, ONE);
    await client.endpoint(watcher.url, { eventTypes: ["webhook_endpoint.disabled"] });
    receiver.answering = answeringWith(410);
    await client.payout();
    await watcher.until((all) => all.length > 0);
    const disabled = await stateOf(client, endpoint);
    expect(disabled).toMatchObject({ state: "DISABLED", disabledReason: "GONE_410" });
    const told = JSON.parse(watcher.received[0]?.body ?? "") as EventBody;
    expect(told).toMatchObject({
      type: "webhook_endpoint.disabled",
      previousStatus: "ENABLED",
      data: { webhookEndpoint: { ...disabled, secret: "" } },
    });
    const listed = await client.call<{ events: EventBody[] }>(
      "GET",
      `/v1/events?objectId=${endpoint.endpointId}`,
    );
    expect(listed.events).toEqual([told]);

    // Its next try comes and goes: nothing is sent while it is disabled, and nothing new is kept for it.
    app.clock.advance(HOUR);
    await client.payout();
    const before = receiver.received.length;
    receiver.answering = answeringWith(200);
    await client.call("PATCH", path(endpoint), { state: "ENABLED" });
    await receiver.until((all) => all.length > before);
    await expect
      .poll(async () => (await client.deliveries(endpoint.endpointId)).map(({ state }) => state))
      .toEqual(["DELIVERED"]);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(await stateOf(client, endpoint)).not.toHaveProperty("failingSince");
  });

  test("after five days without one success, and not before", async () => {
    const client = newClient();
    const receiver = await receiving();
    const endpoint = await client.endpoint(receiver.url, ONE);
    receiver.answering = answeringWith(500);
    const failedAgain = async () => {
      const seen = receiver.received.length;
      await client.payout();
      await receiver.until((all) => all.length > seen);
      await expect
        .poll(async () => {
          const [newest] = await client.deliveries(endpoint.endpointId);
          return newest?.attempts.length;
        })
        .toBeGreaterThan(0);
    };
    await failedAgain();
    const { failingSince = "" } = await stateOf(client, endpoint);
    app.clock.advance(5 * DAY - HOUR);
    await failedAgain();
    expect(await stateOf(client, endpoint)).toMatchObject({ state: "ENABLED", failingSince });
    app.clock.advance(HOUR);
    await client.payout();
    await expect
      .poll(() => stateOf(client, endpoint))
      .toMatchObject({ state: "DISABLED", disabledReason: "FAILING", failingSince });
  });

  test("never, when one arrives in between", async () => {
    const client = newClient();
    const receiver = await receiving();
    const endpoint = await client.endpoint(receiver.url, ONE);
    for (const status of [500, 200, 500]) {
      receiver.answering = answeringWith(status);
      const seen = receiver.received.length;
      await client.payout();
      await receiver.until((all) => all.length > seen);
      app.clock.advance(3 * DAY);
    }
    expect((await stateOf(client, endpoint)).state).toBe("ENABLED");
  });
});

describe("a delivery that fails for good", () => {
  test("is tried ten times, is FAILED then, and can be asked for again, alone or with others", async () => {
    const client = newClient();
    const receiver = await receiving();
    const endpoint = await client.endpoint(receiver.url, ONE);
    receiver.answering = answeringWith(500);
    const start = new Date(app.clock.now()).toISOString();
    await client.payout();
    const tried = async (): Promise<DeliveryBody | undefined> =>
      (await client.deliveries(endpoint.endpointId))[0];
    await expect
      .poll(
        async () => {
          const delivery = await tried();
          const next = Date.parse(delivery?.nextTryTime ?? "");
          if (next > app.clock.now()) app.clock.advance(next - app.clock.now());
          return delivery?.state;
        },
        { interval: 20, timeout: 20_000 },
      )
      .toBe("FAILED");
    const failed = await tried();
    expect(failed).toMatchObject({ tries: 10 });
    expect(failed).not.toHaveProperty("nextTryTime");
    expect(receiver.received).toHaveLength(10);

    receiver.answering = answeringWith(200);
    await client.call("POST", `/v1/webhook-deliveries/${failed?.deliveryId}/redeliver`, {});
    await receiver.until((all) => all.length === 11);
    await expect.poll(async () => (await tried())?.state).toBe("DELIVERED");

    const again = (body: object) =>
      client.call("POST", `${path(endpoint)}/redeliver`, { createTimeFrom: start, ...body });
    expect(await again({})).toEqual({ redelivered: 0, nextPageToken: "" });
    expect(await again({ createTimeTo: start, includeDelivered: true })).toMatchObject({
      redelivered: 0,
    });
    expect(await again({ includeDelivered: true })).toMatchObject({ redelivered: 1 });
    await receiver.until((all) => all.length === 12);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids)).toEqual(new Set([failed?.eventId]));
  });

  test("while its endpoint is disabled waits for seven days, and is kept for thirty", async () => {
    const client = newClient();
    const receiver = await receiving();
    const endpoint = await client.endpoint(receiver.url, ONE);
    receiver.answering = answeringWith(500);
    await client.payout();
    await receiver.until((all) => all.length > 0);
    await client.call("PATCH", path(endpoint), { state: "DISABLED" });
    const states = async () =>
      (await client.deliveries(endpoint.endpointId)).map(({ state }) => state);
    app.clock.advance(limits.webhooksOut.pendingMs - HOUR);
    await client.payout();
    expect(await states()).toEqual(["PENDING"]);
    app.clock.advance(2 * HOUR);
    await expect.poll(states).toEqual(["FAILED"]);
    app.clock.advance(limits.webhooksOut.keptMs - limits.webhooksOut.pendingMs);
    await expect.poll(states).toEqual([]);
  });
});

describe("a ping", () => {
  test("goes to one endpoint alone, now and once, and answers what became of it", async () => {
    const client = newClient();
    const [receiver, other] = [await receiving(), await receiving()];
    const endpoint = await client.endpoint(receiver.url);
    await client.endpoint(other.url);
    receiver.answering = (_request, response) => void response.writeHead(201).end("pong");
    const ping = () => client.call<DeliveryBody>("POST", `${path(endpoint)}/ping`, {});
    expect(await ping()).toMatchObject({
      eventType: "webhook_endpoint.ping",
      state: "DELIVERED",
      tries: 1,
      attempts: [{ statusCode: 201, answer: "pong", errorReason: "" }],
    });
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "webhook_endpoint.ping",
      data: { webhookEndpoint: { endpointId: endpoint.endpointId, secret: "" } },
    });
    receiver.answering = answeringWith(503);
    expect(await ping()).toMatchObject({ state: "FAILED", tries: 1 });
    await client.call("PATCH", path(endpoint), { state: "DISABLED" });
    receiver.answering = answeringWith(200);
    expect(await ping()).toMatchObject({ state: "DELIVERED" });
    expect((await stateOf(client, endpoint)).state).toBe("DISABLED");
    expect(receiver.received).toHaveLength(3);
    // Whatever the other gets comes after: a payout's event is the first that it sees.
    await client.payout();
    await other.until((all) => all.length > 0);
    expect(JSON.parse(other.received[0]?.body ?? "")).toMatchObject({ data: { payout: {} } });
  });

  test("that is not answered in the caller's time is answered as it stands", async () => {
    const client = newClient();
    const receiver = await receiving();
    const endpoint = await client.endpoint(receiver.url);
    let answer = () => {};
    receiver.answering = (_request, response) => {
      answer = () => void response.writeHead(200).end();
    };
    const response = await fetch(
      `${app.url}/payout.v1.WebhookEndpointService/PingWebhookEndpoint`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${client.key}`,
          "content-type": "application/json",
          "connect-timeout-ms": "500",
        },
        body: JSON.stringify({ endpointId: endpoint.endpointId }),
      },
    );
    expect(await response.json()).toMatchObject({ delivery: { state: "PENDING" } });
    answer();
    await expect
      .poll(async () => (await client.deliveries(endpoint.endpointId))[0]?.state)
      .toBe("DELIVERED");
  });
});

describe("a secret that is rotated", () => {
  test.each([
    ["until the overlap has passed", { overlap: "3600s" }, HOUR],
    ["for a day where nothing else is said", {}, DAY],
  ])("signs beside its successor %s", async (_name, overlap, ms) => {
    const client = newClient();
    const receiver = await receiving();
    const endpoint = await client.endpoint(receiver.url, ONE);
    const rotate = (request: object) =>
      client.call<EndpointBody>("POST", `${path(endpoint)}/rotate-secret`, request);
    const rotated = await rotate(overlap);
    expect(rotated.secret).not.toBe(endpoint.secret);
    const opens = async () => {
      const seen = receiver.received.length;
      await client.payout();
      await receiver.until((all) => all.length > seen);
      const newest = receiver.received.at(-1);
      if (newest === undefined) throw new Error("nothing arrived");
      const { body, headers } = newest;
      // Not by `verify`: it holds the time of signing against the machine's clock.
      const id = headers["webhook-id"] ?? "";
      const time = new Date(Number(headers["webhook-timestamp"]) * 1000);
      const signatures = headers["webhook-signature"]?.split(" ") ?? [];
      return [endpoint, rotated].map(({ secret }) =>
        signatures.includes(new Webhook(secret).sign(id, time, body)),
      );
    };
    app.clock.advance(ms - 60_000);
    expect(await opens()).toEqual([true, true]);
    app.clock.advance(60_000);
    expect(await opens()).toEqual([false, true]);
    const read = await client.ask("GET", path(endpoint));
    expect(read.text).not.toContain(rotated.secret);
    const last = await rotate({ overlap: "0s" });
    expect(last.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await opens()).toEqual([false, false]);
  });
});
