import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { RestClient } from "./support/rest-client.ts";

/** What each name leads to now. */
const names = new Map<string, readonly string[]>();
const canary = createServer(() => {
  connections += 1;
});
let connections = 0;
let port = 0;
let app: TestApp;
beforeAll(async () => {
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  const address = canary.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  port = address.port;
  app = await startTestApp({}, [], { resolve: async (name) => names.get(name) ?? [] });
});
afterAll(async () => {
  await app.stop();
  canary.close();
});

describe("where loopback is not allowed", () => {
  test("a name that leads there is no endpoint, and says so at its field", async () => {
    const client = new RestClient(app);
    names.set("inside.example", ["127.0.0.1"]);
    for (const url of [
      `https://inside.example:${port}/`,
      `https://localhost:${port}/`,
      `https://0x7f.1:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
    ]) {
      names.set("localhost", ["127.0.0.1", "::1"]);
      const { status, text } = await client.ask("POST", "/v1/webhook-endpoints", { url });
      expect({ url, status, ...JSON.parse(text) }).toMatchObject({
        url,
        status: 400,
        reason: "VALIDATION_FAILED",
        errors: [{ field: "url", message: expect.stringContaining("public addresses") }],
      });
    }
    expect(connections).toBe(0);
  });

  test("a name that leads there later is not called, by an event or by a ping", async () => {
    const client = new RestClient(app);
    names.set("rebinding.example", ["8.8.8.8"]);
    const endpoint = await client.endpoint(`https://rebinding.example:${port}/`, {
      eventTypes: ["payout.succeeded"],
    });
    names.set("rebinding.example", ["127.0.0.1"]);
    await client.payout();
    await expect
      .poll(async () => (await client.deliveries(endpoint.endpointId))[0]?.attempts[0]?.errorReason)
      .toBe("ADDRESS_REFUSED");
    const path = `/v1/webhook-endpoints/${endpoint.endpointId}`;
    expect(await client.call("POST", `${path}/ping`, {})).toMatchObject({
      state: "FAILED",
      attempts: [{ errorReason: "ADDRESS_REFUSED", statusCode: 0, answer: "" }],
    });
    const moved = await client.ask("PATCH", path, { url: `https://inside.example:${port}/` });
    expect(moved.status).toBe(400);
    expect(connections).toBe(0);
  });
});
