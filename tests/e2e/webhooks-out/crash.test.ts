import { expect, onTestFinished, test } from "vitest";
import { limits } from "../../../src/limits.ts";
import { API_KEY, openOwnWorkbench } from "../money/process.ts";
import { startTestApp } from "../support/start-app.ts";
import { Receiver } from "./support/receiver.ts";
import { RestClient } from "./support/rest-client.ts";

test("a process that is killed between sending and recording: it is sent again, under the same id", async () => {
  const bench = openOwnWorkbench();
  const receiver = await Receiver.start();
  onTestFinished(() => receiver.kill());
  const service = await bench.service({ PAYOUT_WEBHOOK_LOOPBACK: "true" });
  const client = new RestClient({ url: service.url, apiKey: API_KEY });
  const endpoint = await client.endpoint(receiver.url, { eventTypes: ["payout.succeeded"] });
  // It has arrived, and nobody will ever know there.
  receiver.answering = () => service.signal("SIGKILL");
  await client.payout().catch(() => {});
  await receiver.until((all) => all.length === 1);
  expect((await service.ended).signal).toBe("SIGKILL");

  receiver.answering = (_request, response) => void response.writeHead(204).end();
  const next = await startTestApp({
    databasePath: bench.databasePath,
    bootstrapApiKey: API_KEY,
    encryptionKeys: null,
    hashKey: null,
    webhookLoopback: true,
  });
  onTestFinished(() => next.stop());
  const after = new RestClient(next, API_KEY);
  const [before] = await after.deliveries(endpoint.endpointId);
  expect(before).toMatchObject({ state: "PENDING", tries: 0, attempts: [] });
  // Until its lease has ended nobody else sends it.
  expect(receiver.received).toHaveLength(1);
  next.clock.advance(limits.webhooksOut.leaseMs);
  await receiver.until((all) => all.length === 2);
  const [first, second] = receiver.received;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(second?.body).toBe(first?.body);
  await expect
    .poll(async () => (await after.deliveries(endpoint.endpointId)).map(({ state }) => state))
    .toEqual(["DELIVERED"]);
});
