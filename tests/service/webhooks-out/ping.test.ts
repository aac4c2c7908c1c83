import { expect, test } from "vitest";
import { newId } from "../../../src/domain/id.ts";
import { limits } from "../../../src/limits.ts";
import type { Call } from "../../../src/service/call.ts";
import { pingWebhookEndpoint } from "../../../src/service/webhooks-out/ping.ts";

test("a ping is refused when too much is under way, and nothing is written for it", async () => {
  const repository = {
    webhookOutbox: {
      ping: () => {
        throw new Error("was written");
      },
    },
  };
  const sender = { running: limits.webhooksOut.exchanges };
  const call = { caller: { merchantId: "mer_1" }, claim: null } as unknown as Call;
  const endpointId = newId("webhookEndpoint", 0, (size) => new Uint8Array(size));
  const pinging = pingWebhookEndpoint({ repository, sender } as never, call, endpointId);
  await expect(pinging).rejects.toMatchObject({ reason: "OVERLOADED" });
});
