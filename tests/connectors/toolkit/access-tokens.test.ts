import { expect, it } from "vitest";
import type { OpenAccount } from "../../../src/connectors/connector.ts";
import {
  type AccessTokenOptions,
  AccessTokens,
  type TokenQuestion,
} from "../../../src/connectors/toolkit/access-tokens.ts";
import { notSent } from "../../../src/connectors/toolkit/errors.ts";

const LIFE_MS = 60 * 60_000;

/** Grants "token-1", "token-2" and so on. */
function openTokens(options: Partial<AccessTokenOptions<TokenQuestion>> = {}) {
  const time = { now: 1_000_000 };
  const asked: string[] = [];
  const tokens = new AccessTokens({
    now: () => time.now,
    ask: async ({ account }) => {
      asked.push(account.connectorAccountId);
      return { kind: "granted", token: `token-${asked.length}`, lifeMs: LIFE_MS };
    },
    ...options,
  });
  const get = (account: Partial<OpenAccount> = {}, signal = new AbortController().signal) =>
    tokens.get({ account: { ...ACCOUNT, ...account }, signal });
  return { tokens, time, asked, get };
}

const ACCOUNT: OpenAccount = {
  connectorAccountId: "cacct_1",
  settings: {},
  version: 1,
  baseUrl: "https://processor.example",
};

it("one is kept until shortly before it ends", async () => {
  const { get, time } = openTokens();
  expect(await get()).toEqual({ kind: "token", text: "token-1", wasKept: false });
  time.now += LIFE_MS - 60_001;
  expect(await get()).toEqual({ kind: "token", text: "token-1", wasKept: true });
  time.now += 1;
  expect(await get()).toEqual({ kind: "token", text: "token-2", wasKept: false });
});

it("one that ends at once serves those who wait for it, and nobody else", async () => {
  let asked = 0;
  const { get } = openTokens({
    ask: async () => {
      asked += 1;
      return { kind: "granted", token: `short-${asked}`, lifeMs: 0 };
    },
  });
  const both = await Promise.all([get(), get()]);
  expect(both).toEqual([
    { kind: "token", text: "short-1", wasKept: false },
    { kind: "token", text: "short-1", wasKept: false },
  ]);
  expect(await get()).toMatchObject({ text: "short-2" });
});

it("it is another one for another account, version or place", async () => {
  const { get } = openTokens();
  const changes = [
    {},
    { connectorAccountId: "cacct_2" },
    { version: 2 },
    { version: 2, baseUrl: "https://elsewhere.example" },
  ];
  const texts = new Set<unknown>();
  for (const change of changes) texts.add(Object(await get(change)).text);
  expect(texts.size).toBe(changes.length);
});

it("a late refusal of the old token does not end the new one", async () => {
  const { tokens, get, time } = openTokens();
  await get();
  time.now += LIFE_MS;
  await get();
  tokens.forget(ACCOUNT, "token-1");
  expect(await get()).toMatchObject({ text: "token-2" });
  tokens.forget(ACCOUNT, "token-2");
  expect(await get()).toMatchObject({ text: "token-3" });
});

it("room for another account's is made by the one that was kept first", async () => {
  const { get, asked } = openTokens({ maxKept: 2 });
  for (const connectorAccountId of ["a", "b", "c", "b", "c", "a"]) {
    await get({ connectorAccountId });
  }
  expect(asked).toEqual(["a", "b", "c", "a"]);
});

it("a failure is theirs who waited for it; one of somebody who gave up is nobody's", async () => {
  const hasty = new AbortController();
  const signals: AbortSignal[] = [];
  const { get } = openTokens({
    ask: ({ signal }) => {
      signals.push(signal);
      if (signal !== hasty.signal) {
        return Promise.resolve({ kind: "granted", token: "theirs", lifeMs: LIFE_MS });
      }
      return new Promise((resolve) => {
        const end = () => resolve({ kind: "not_sent", error: notSent() });
        signal.addEventListener("abort", end);
      });
    },
  });
  const first = get({}, hasty.signal);
  const second = get();
  hasty.abort();
  expect(await first).toMatchObject({ kind: "not_sent" });
  expect(await second).toMatchObject({ kind: "token", text: "theirs" });
  expect(signals).toHaveLength(2);
});

it("it is waited for no longer than one's own signal allows", async () => {
  const own = new AbortController();
  const { promise, resolve } = Promise.withResolvers<{
    kind: "granted";
    token: string;
    lifeMs: number;
  }>();
  const { get } = openTokens({ ask: () => promise });
  const first = get();
  const second = get({}, own.signal);
  own.abort();
  expect(await second).toMatchObject({ kind: "not_sent" });
  expect(await get({}, AbortSignal.abort())).toMatchObject({ kind: "not_sent" });
  resolve({ kind: "granted", token: "late", lifeMs: LIFE_MS });
  expect(await first).toMatchObject({ kind: "token", text: "late" });
});
