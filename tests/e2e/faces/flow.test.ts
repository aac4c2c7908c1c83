import type { JsonObject } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { refusalOf } from "./answer.ts";
import type { Face } from "./face.ts";
import { openFaces } from "./open-faces.ts";
import { Shop } from "./shop.ts";
import { withoutVolatile } from "./without-volatile.ts";

const { method } = PayoutService;

let app: TestApp;
let faces: readonly Face[];
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

/** Reads a stream until it has enough, heartbeats left out. */
async function readEvents(
  stream: AsyncIterable<JsonObject>,
  enough: (event: JsonObject) => boolean,
  opened: () => Promise<void> = async () => {},
): Promise<JsonObject[]> {
  const events: JsonObject[] = [];
  let isOpen = false;
  for await (const { event } of stream) {
    // The first message says that the stream stands.
    if (!isOpen) await opened();
    isOpen = true;
    if (event === undefined || event === null) continue;
    events.push(event as JsonObject);
    if (enough(event as JsonObject)) break;
  }
  return events;
}

describe("the standard flow: a recipient, an account, a payout that succeeds", () => {
  test("ends the same by every face", async () => {
    const ends = await Promise.all(
      faces.map(async (face) => {
        const shop = new Shop(app, face);
        const recipientId = await shop.recipient({ merchantRecipientId: "jane" });
        await shop.account(recipientId);
        const payoutId = await shop.payout({
          payoutMethodData: null,
          recipientId,
          merchantPayoutId: "salary/7",
          metadata: {},
        });
        const get = async () =>
          (await shop.get(method.get, { payoutId, sync: "STORED" }))["payout"];
        await expect
          .poll(get, { interval: 20, timeout: 5000 })
          .toMatchObject({ status: "SUCCESS" });
        return withoutVolatile(await get());
      }),
    );
    for (const end of ends) expect(end).toEqual(ends[0]);
    expect(ends[0]).toMatchObject({
      merchantPayoutId: "salary/7",
      recipientId: "<rcp>",
      disburseAccountId: "<acct>",
    });
    expect(ends[0]).not.toHaveProperty("waitingFor");
    expect(ends[0]).not.toHaveProperty("error");
  });
});

describe("Watch", () => {
  const streaming = () => faces.filter((face) => face.stream !== undefined);
  const watch = (shop: Shop, request: JsonObject, signal = new AbortController().signal) => {
    const stream = shop.face.stream?.(method.watch, request, { key: shop.key, signal });
    if (stream === undefined) throw new Error("no streams");
    return stream;
  };

  test("is there on every face but REST", () => {
    expect(faces.filter((face) => face.stream === undefined).map(({ name }) => name)).toEqual([
      "REST",
    ]);
  });

  test("streams what happens from now on, the same by every face", async () => {
    const streams = await Promise.all(
      streaming().map(async (face) => {
        const shop = new Shop(app, face);
        await shop.payout({ merchantPayoutId: "before" });
        const events = await readEvents(
          watch(shop, { currency: "USD" }),
          ({ type }) => type === "payout.succeeded",
          async () => {
            await shop.recipient();
            await shop.payout({ metadata: {} });
          },
        );
        return withoutVolatile(events);
      }),
    );
    for (const stream of streams) expect(stream).toEqual(streams[0]);
    expect(streams[0]).toMatchObject([
      { type: "payout.created", sequence: 1, previousStatus: "" },
      { type: "payout.pending", sequence: 2, previousStatus: "REQUIRES_CREATION" },
      { type: "payout.succeeded", sequence: 3, previousStatus: "PENDING" },
    ]);
  });

  test("goes on after an event, by every face", async () => {
    for (const face of streaming()) {
      const shop = new Shop(app, face);
      await shop.recipient();
      const afterEventId = await shop.event();
      const payoutId = await shop.payout({ metadata: { sandbox_scenario: "instant_success" } });
      const [event] = await readEvents(
        watch(shop, { afterEventId, status: ["SUCCESS"] }),
        () => true,
      );
      expect(event).toMatchObject({
        type: "payout.succeeded",
        data: { payout: { payoutId, status: "SUCCESS" } },
      });
    }
  });

  test("refuses like any call, by every face", async () => {
    for (const face of streaming()) {
      const shop = new Shop(app, face);
      const stranger = new Shop(app, face);
      await stranger.recipient();
      const theirs = await stranger.event();
      const refusal = async (request: JsonObject) => {
        const reading = readEvents(watch(shop, request), () => true);
        const error = await reading.then(
          () => expect.fail("was not refused"),
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(ConnectError);
        return refusalOf(error).told;
      };
      expect(await refusal({ afterEventId: theirs })).toMatchObject({
        code: "not_found",
        reason: "EVENT_NOT_FOUND",
      });
      expect(await refusal({ afterEventId: "po_1" })).toMatchObject({
        reason: "VALIDATION_FAILED",
        violations: [{ field: "after_event_id", message: "must be an event id (evt_...)" }],
      });
      expect(await refusal({ recipientId: theirs })).toMatchObject({
        violations: [
          {
            field: "recipient_id",
            message: "must be a recipient id (rcp_...); an event id was given",
          },
        ],
      });
      expect(await refusal({ currency: "usd" })).toMatchObject({
        reason: "VALIDATION_FAILED",
        violations: [{ field: "currency" }],
      });
    }
  });

  test("tells nobody of another merchant's events", async () => {
    for (const face of streaming()) {
      const [shop, stranger] = [new Shop(app, face), new Shop(app, face)];
      const events = await readEvents(
        watch(shop, {}),
        () => true,
        async () => {
          await stranger.payout();
          await shop.recipient();
        },
      );
      expect(events).toMatchObject([{ type: "recipient.active", data: {} }]);
    }
  });
});
