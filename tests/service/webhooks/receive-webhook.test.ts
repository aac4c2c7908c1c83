import { expect, it } from "vitest";
import { WebhookReceiver } from "../../../src/service/webhooks/receive-webhook.ts";
import { bodyOf, SECRET, signatureOf } from "./echo.ts";
import { Stand } from "./stand.ts";

it("counts an account's messages once they are verified, and refuses those past its rate", async () => {
  const stand = await Stand.open();
  const { connectorAccountId } = await stand.world.createConnectorAccount(
    { connector: "echo" },
    { secrets: { webhook_secret: SECRET } },
  );
  const taken: string[] = [];
  let waitMs = 0;
  const receiver = new WebhookReceiver({
    ...stand.context,
    rate: {
      take: (id) => {
        taken.push(id);
        return waitMs;
      },
    },
    onUnverified: () => {},
  });
  const body = bodyOf({ eventId: "a", about: { processorKey: "k" }, state: null });
  const receive = (headers: Readonly<Record<string, string>>) =>
    receiver.receive({ connector: "echo", connectorAccountId, headers, body });
  await expect(receive({})).rejects.toMatchObject({ reason: "WEBHOOK_NOT_VERIFIED" });
  expect(taken).toEqual([]);
  waitMs = 700;
  await expect(receive(signatureOf(body))).rejects.toMatchObject({
    reason: "OVERLOADED",
    retryAfterMs: 700,
  });
  expect(await stand.world.repository.inbox.nextClaimableAt()).toBeNull();
  waitMs = 0;
  expect(await receive(signatureOf(body))).toMatchObject({ status: 200 });
  expect(taken).toEqual([connectorAccountId, connectorAccountId]);
  expect(await stand.world.repository.inbox.nextClaimableAt()).not.toBeNull();
});

it("ends what a processor is asked for a message's sake at the connector's limit", async () => {
  const stand = await Stand.open();
  const { connectorAccountId } = await stand.world.createConnectorAccount(
    { connector: "echo" },
    { secrets: { webhook_secret: SECRET } },
  );
  const { context, clock, echo } = stand;
  const receiver = new WebhookReceiver({
    ...context,
    rate: { take: () => 0 },
    onUnverified: () => {},
  });
  const body = bodyOf({ eventId: "a", about: { processorKey: "k" }, state: null });
  const signals: AbortSignal[] = [];
  const asked = Promise.withResolvers<void>();
  echo.verify = ({ signal }) => {
    signals.push(signal);
    asked.resolve();
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  const receive = () =>
    receiver.receive({ connector: "echo", connectorAccountId, headers: {}, body });
  const refused = expect(receive()).rejects.toMatchObject({ reason: "CONNECTOR_UNAVAILABLE" });
  await asked.promise;
  await clock.advance(context.connectorTimeoutMs - 1);
  expect(signals[0]?.aborted).toBe(false);
  await clock.advance(1);
  await refused;
  expect(signals[0]?.aborted).toBe(true);
  // One that answers in time has nothing left to end.
  echo.verify = async ({ signal }) => {
    signals.push(signal);
    return true;
  };
  await receive();
  expect(signals[1]?.aborted).toBe(true);
});
