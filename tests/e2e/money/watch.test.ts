import { beforeAll, expect, it } from "vitest";
import type { Event } from "../../../gen/payout/v1/event_pb.js";
import { Client, order } from "./client.ts";
import { openWorkbench, type Running } from "./process.ts";
import { payoutIdOf, Stream, statusOf } from "./stream.ts";

const bench = openWorkbench();
let service: Running;
let api: Client;
beforeAll(async () => {
  service = await bench.service();
  api = new Client(service.url);
});

const ENDED = ["SUCCESS", "FAILED"];

/** How many payouts have ended, by these events. */
function ended(events: readonly Event[]): number {
  return events.filter((event) => ENDED.includes(statusOf(event))).length;
}

/** Each payout's events in the order of their sequence, and none twice. */
function expectInOrder(events: readonly Event[]): void {
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  for (const told of Map.groupBy(events, payoutIdOf).values()) {
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
    expect(told.map(({ previousStatus }) => previousStatus)).toEqual([
      "",
      ...told.slice(0, -1).map(statusOf),
    ]);
  }
}

function createMany(count: number) {
  const scenarios = ["success", "instant_success", "decline", "account_closed", "unavailable"];
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      api.create(order(scenarios[index % scenarios.length])),
    ),
  );
}

it("tells events as they happen, in order, to every stream alike", async () => {
  const streams = [new Stream(service.url), new Stream(service.url)];
  await Promise.all(streams.map(({ ready }) => ready));
  const payouts = await createMany(50);
  await Promise.all(streams.map((stream) => stream.until((events) => ended(events) === 50)));
  const [one, two] = streams.map(({ events }) => events.map(({ eventId }) => eventId));
  expect(one).toEqual(two);
  const { events = [] } = streams[0] ?? {};
  expectInOrder(events);
  expect(new Set(events.map(payoutIdOf))).toEqual(new Set(payouts.map(({ payoutId }) => payoutId)));
  await Promise.all(streams.map((stream) => stream.close()));
});

it("goes on from an event without gap or repeat, while a hundred payouts are made", async () => {
  const whole = new Stream(service.url);
  await whole.ready;
  const creating = createMany(100);
  const told: Event[] = [];
  // Hangs up every forty events and goes on from the last.
  while (ended(told) < 100) {
    const before = told.length;
    const stream: Stream = new Stream(service.url, told.at(-1)?.eventId ?? "");
    if (told.length === 0) await whole.until((events) => events.length > 0);
    const first = told.length === 0 ? whole.events[0] : undefined;
    if (first !== undefined) {
      await stream.close();
      told.push(first);
      continue;
    }
    await stream.until((events) => events.length >= 40 || ended([...told, ...events]) === 100);
    await stream.close();
    told.push(...stream.events);
    expect(told.length).toBeGreaterThan(before);
  }
  await creating;
  await whole.until((events) => ended(events) === 100);
  const ids = (events: readonly Event[]) => events.map(({ eventId }) => eventId);
  expect(ids(told)).toEqual(ids(whole.events).slice(0, told.length));
  expectInOrder(told);
  await whole.close();
});

it("goes on from an event after kill -9", async () => {
  const before = new Stream(service.url);
  await before.ready;
  const { payoutId } = await api.create(order("manual"));
  await before.until((events) => events.length === 2);
  await service.end("SIGKILL");
  expect(await before.ended).toBeInstanceOf(Error);
  service = await bench.service();
  api = new Client(service.url);
  const after = new Stream(service.url, before.events[0]?.eventId);
  await after.ready;
  await api.post(`/v1/sandbox/payouts/${payoutId}/settle`);
  await after.until((events) => events.length === 2);
  expect(after.events.map(statusOf)).toEqual(["PENDING", "SUCCESS"]);
  expectInOrder([...before.events.slice(0, 1), ...after.events]);
  await after.close();
});
