import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { startTestApp } from "./start-app.ts";

test("a test's app starts, takes its keys, survives a restart and leaves nothing behind", async () => {
  const app = await startTestApp();
  const ask = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${app.url}/v1/recipients`, { headers })).status;
  };
  const keys = {
    narrow: app.addKey({ scopes: ["payouts:read"] }),
    other: app.addKey({ merchant: "other" }),
    live: app.addKey({ merchant: "live" }),
    expired: app.addKey({ expireTime: app.clock.now() }),
    revoked: app.addKey({ revokeTime: app.clock.now() }),
  };
  const all = async () => ({
    first: await ask(app.apiKey),
    narrow: await ask(keys.narrow.key),
    other: await ask(keys.other.key),
    live: await ask(keys.live.key),
    expired: await ask(keys.expired.key),
    revoked: await ask(keys.revoked.key),
    unknown: await ask(`${app.apiKey}x`),
  });
  const expected = {
    first: 200,
    narrow: 403,
    other: 200,
    live: 200,
    expired: 401,
    revoked: 401,
    unknown: 401,
  };
  expect(await all()).toEqual(expected);
  await app.restart();
  expect(await all()).toEqual(expected);
  expect(app.logs.some((line) => line.includes("ListRecipients"))).toBe(true);
  expect(existsSync(app.config.databasePath)).toBe(true);
  await app.stop();
  expect(existsSync(app.folder)).toBe(false);
});
