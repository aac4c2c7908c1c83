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
