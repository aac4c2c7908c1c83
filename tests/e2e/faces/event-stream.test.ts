import http2 from "node:http2";
import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { limits } from "../../../src/limits.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { restFace } from "./rest-face.ts";
import { Shop } from "./shop.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const newShop = () => new Shop(app, restFace(app.url));

interface Block {
  readonly id?: string;
  readonly event?: string;
  readonly data?: JsonObject;
  readonly comment?: true;
}

/** Reads server-sent events as the HTML standard says. */
class EventSourceDouble {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as never;
  }

  /** The next block; null when the stream has ended. */
  async next(): Promise<Block | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split("\n");
        this.#text = this.#text.slice(end + 2);
        if (lines.every((line) => line.startsWith(":"))) return { comment: true };
        const fields = Object.fromEntries(
          lines.map((line) => {
            const colon = line.indexOf(": ");
            return [line.slice(0, colon), line.slice(colon + 2)];
          }),
        );
        return { ...fields, data: JSON.parse(fields["data"] ?? "null") as JsonObject };
      }
      const { value, done } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  async nextEvent(): Promise<Block> {
    for (;;) {
      const block = await this.next();
      if (block === null) throw new Error("the stream has ended");
      if (block.comment !== true) return block;
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

async function open(shop: Shop, query = "", headers: Record<string, string> = {}) {
  const response = await fetch(`${app.url}/v1/events/stream${query}`, {
    headers: { authorization: `Bearer ${shop.key}`, accept: "text/event-stream", ...headers },
  });
  if (response.body === null) throw new Error("no body");
  const stream = new EventSourceDouble(response.body);
  onTestFinished(() => stream.close());
  return { response, stream };
}

test("says at once that it stands, then tells each event as lists do", async () => {
  const shop = newShop();
  const { response, stream } = await open(shop, "?type=payout.succeeded");
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store",
  });
  expect(await stream.next()).toEqual({ comment: true });
  const payoutId = await shop.payout({ metadata: { sandbox_scenario: "instant_success" } });
  const told = await stream.nextEvent();
  const listed = await fetch(`${app.url}/v1/events?object_id=${payoutId}&type=payout.succeeded`, {
    headers: { authorization: `Bearer ${shop.key}` },
  });
  const { events } = (await listed.json()) as { events: JsonObject[] };
  expect(told).toEqual({ id: events[0]?.["eventId"], event: "payout.succeeded", data: events[0] });
});

test("goes on after Last-Event-ID, with nothing lost or told twice", async () => {
  const shop = newShop();
  const first = await open(shop);
  await shop.recipient();
  const { id = "" } = await first.stream.nextEvent();
  await first.stream.close();
  const payoutId = await shop.payout({ metadata: { sandbox_scenario: "instant_success" } });
  const again = await open(shop, "", { "last-event-id": id });
  const told = [await again.stream.nextEvent(), await again.stream.nextEvent()];
  expect(told).toMatchObject([
    { event: "payout.created", data: { data: { payout: { payoutId } } } },
    { event: "payout.succeeded", data: { data: { payout: { payoutId } } } },
  ]);
});

test("what the query says comes before Last-Event-ID", async () => {
  const shop = newShop();
  const start = await open(shop);
  await shop.recipient();
  const { id = "" } = await start.stream.nextEvent();
  await shop.recipient({ merchantRecipientId: "second" });
  for (const name of ["after_event_id", "afterEventId"]) {
    const { stream } = await open(shop, `?${name}=${id}`, { "last-event-id": "evt_nonsense" });
    expect((await stream.nextEvent()).event).toBe("recipient.active");
  }
});

test("what is refused before the first event is a problem, not a stream", async () => {
  const shop = newShop();
  const ask = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/v1/events/stream${query}`, {
      headers: { authorization: `Bearer ${shop.key}`, ...headers },
    });
  for (const [answer, status, reason] of [
    [await ask("?nonsense=1"), 400, "VALIDATION_FAILED"],
    [await ask("", { "last-event-id": "po_01h455vb4pex5vsknk084sn02q" }), 400, "VALIDATION_FAILED"],
    [await ask("", { "last-event-id": "evt_01h455vb4pex5vsknk084sn02q" }), 404, "EVENT_NOT_FOUND"],
    [await ask("", { authorization: "Bearer nonsense" }), 401, "API_KEY_INVALID"],
  ] as const) {
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json",
    ]);
    expect(await answer.json()).toMatchObject({ reason });
  }
});

test("a quiet stream has a heartbeat", async () => {
  const shop = newShop();
  const { stream } = await open(shop);
  expect(await stream.next()).toEqual({ comment: true });
  app.clock.advance(limits.watch.heartbeatMs);
  expect(await stream.next()).toEqual({ comment: true });
});

test("a reader that goes frees its stream", async () => {
  const shop = newShop();
  const { streamsPerMerchant } = limits.watch;
  for (let round = 0; round < 2; round += 1) {
    const streams = await Promise.all(Array.from({ length: streamsPerMerchant }, () => open(shop)));
    expect(streams.map(({ response }) => response.status)).toEqual(streams.map(() => 200));
    for (const { stream } of streams) await stream.close();
    // The server hears of it when its socket closes: until then the next one is refused.
    await expect
      .poll(async () => {
        const { response, stream } = await open(shop);
        await stream.close();
        return response.status;
      })
      .toBe(200);
  }
});

test("over HTTP/2 too, and a stop ends it", async () => {
  const own = await startTestApp();
  onTestFinished(() => own.stop());
  const session = http2.connect(own.url);
  onTestFinished(() => session.close());
  const request = session.request({
    ":path": "/v1/events/stream",
    authorization: `Bearer ${own.apiKey}`,
  });
  const headers = await new Promise<http2.IncomingHttpHeaders>((resolve) => {
    request.once("response", resolve);
  });
  expect(headers[":status"]).toBe(200);
  const ended = new Promise<void>((resolve) => request.once("close", () => resolve()));
  request.resume();
  await own.restart();
  await ended;
});
