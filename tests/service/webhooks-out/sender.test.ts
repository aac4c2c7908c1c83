import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { PayoutEvent } from "../../../src/domain/event.ts";
import type { WebhookAttempt, WebhookDelivery } from "../../../src/domain/webhook.ts";
import type { AfterAttempt } from "../../../src/domain/webhook-retry.ts";
import { limits } from "../../../src/limits.ts";
import { createGuardedHttp } from "../../../src/net/guarded-http.ts";
import type { ClaimedDelivery } from "../../../src/repository/webhooks.ts";
import { WebhookSender } from "../../../src/service/webhooks-out/sender.ts";
import { newWebhookSecret } from "../../../src/service/webhooks-out/sign.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { FakeClock } from "../../engine/fake-clock.ts";

const { exchangeMs, leaseMs } = limits.webhooksOut;
const START = Date.UTC(2026, 10, 22);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A sender on simulated time, and a receiver that hangs once a request is there. */
async function hanging() {
  const arrived = Promise.withResolvers<void>();
  const server = createServer(() => arrived.resolve());
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const time = new FakeClock(START);
  const recorded: { attempt: WebhookAttempt; after: AfterAttempt }[] = [];
  const endpoint = { state: "ENABLED", disabledReason: null, failingSince: null } as const;
  const sender = new WebhookSender({
    outbox: {
      open: async () => ({
        event: { eventId: "evt_1" } as PayoutEvent,
        url,
        secrets: [newWebhookSecret((size) => new Uint8Array(size))],
      }),
      record: async (_claimed, attempt, decide) => {
        const delivery = { tries: 0, eventType: "payout.created" } as WebhookDelivery;
        const after = decide({ delivery, endpoint: endpoint as never });
        recorded.push({ attempt, after });
        return { delivery, hasGivenUp: false };
      },
    },
    http: createGuardedHttp({
      resolve: async () => [],
      allowLoopback: true,
      maxAnswerBytes: limits.webhooksOut.answerBytes,
    }),
    clock: time.process(),
    log: createLogger("silent"),
    chance: () => 0,
    render: () => "{}",
  });
  const claimed: ClaimedDelivery = {
    merchantId: "mer_1",
    deliveryId: "whd_1",
    endpointId: "we_1",
    token: "t",
    leaseUntil: START + leaseMs,
    isFailing: false,
  };
  return { sender, claimed, time, recorded, arrived: arrived.promise };
}

describe("a delivery", () => {
  test("that is not answered has failed after so long, all in all", async () => {
    const { sender, claimed, time, recorded, arrived } = await hanging();
    const sending = sender.send(claimed);
    await arrived;
    await time.advance(exchangeMs - 1);
    expect(sender.running).toBe(1);
    await time.advance(1);
    await sending;
    expect(recorded).toMatchObject([
      {
        attempt: { failure: "TIMEOUT", statusCode: null, durationMs: exchangeMs },
        after: { delivery: { state: "PENDING", tries: 1, nextTryTime: START + exchangeMs + 5000 } },
      },
    ]);
    expect(sender.running).toBe(0);
  });

  test("of a process that slept through its lease is not sent: somebody else may be at it", async () => {
    const { sender, claimed, time, recorded } = await hanging();
    await time.advance(leaseMs - exchangeMs + 1);
    expect(await sender.send(claimed)).toBeNull();
    expect(recorded).toEqual([]);
  });

  test("that is under way when the service stops is nobody's failure", async () => {
    const { sender, claimed, recorded, arrived } = await hanging();
    const sending = sender.send(claimed);
    await arrived;
    sender.stop();
    expect(await sending).toBeNull();
    expect(recorded).toEqual([]);
  });
});
