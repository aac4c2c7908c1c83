import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../../src/limits.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { type Answering, type Received, Receiver } from "./support/receiver.ts";
import { type EndpointBody, RestClient } from "./support/rest-client.ts";

const ENDPOINTS = 100;
const PER_MERCHANT = 10;
const PAYOUTS = 5;
const ROUNDS = 3;

let app: TestApp;
let receiver: Receiver;
let clients: readonly RestClient[];
let black: { readonly client: RestClient; readonly endpoint: EndpointBody };
beforeAll(async () => {
  app = await startTestApp({ webhookLoopback: true });
  receiver = await Receiver.start();
  clients = Array.from(
    { length: ENDPOINTS / PER_MERCHANT },
    () => new RestClient(app, app.addKey({ merchant: "other" }).key),
  );
  const eventTypes = ["payout.succeeded"];
  for (const [merchant, client] of clients.entries()) {
    for (let i = 0; i < PER_MERCHANT; i += 1) {
      const endpoint = await client.endpoint(`${receiver.url}/${merchant}/${i}`, { eventTypes });
      black = { client, endpoint };
    }
  }
}, 60_000);
afterAll(async () => {
  await receiver.kill();
  await app.stop();
});

const isBlack = ({ path }: Received) =>
  path === `/hook/${ENDPOINTS / PER_MERCHANT - 1}/${PER_MERCHANT - 1}`;
const healthy: Answering = (_request, response) => void response.writeHead(204).end();
const withHole: Answering = (request, response, socket) => {
  if (!isBlack(request)) healthy(request, response, socket);
};

/** How late the events of some payouts of every merchant are, at every endpoint but one (milliseconds). */
async function delays(answering: Answering): Promise<readonly number[]> {
  receiver.answering = answering;
  const seen = receiver.received.length;
  const late: number[] = [];
  const wanted = (ENDPOINTS - 1) * PAYOUTS;
  const measured = receiver.until((all) => {
    const fresh = all.slice(seen).filter((each) => !isBlack(each));
    const now = app.clock.now();
    for (const { body } of fresh.slice(late.length)) {
      late.push(now - Date.parse((JSON.parse(body) as { createTime: string }).createTime));
    }
    return late.length >= wanted;
  });
  for (let i = 0; i < PAYOUTS; i += 1) await Promise.all(clients.map((client) => client.payout()));
  await measured;
  return late.toSorted((a, b) => a - b);
}

const p99 = (sorted: readonly number[]) => sorted[Math.floor(sorted.length * 0.99)] ?? 0;

test("one endpoint of a hundred that never answers makes the others wait no longer", async () => {
  await delays(healthy);
  const without: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push(p99(await delays(healthy)));
    beside.push(p99(await delays(withHole)));
  }
  // The best of each: what else the machine does is in the others.
  expect(Math.min(...beside)).toBeLessThanOrEqual(2 * Math.min(...without) + 1);
  const held = await black.client.deliveries(black.endpoint.endpointId, "&state=PENDING");
  expect(held.length).toBeGreaterThan(0);
  // And no more hang there than may.
  const hanging = receiver.received.filter(isBlack).length - ROUNDS * PAYOUTS - PAYOUTS;
  expect(hanging).toBeLessThanOrEqual(ROUNDS * PAYOUTS + limits.webhooksOut.runningPerEndpoint);
}, 60_000);
