import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { openStripeFake, type StripeFake } from "./stripe-fake.ts";
import { call, payout, person, readyAccount, transfer } from "./try-stripe.ts";

let fake: StripeFake;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await openStripeFake({ clock });
  fake.fund("usd", 100_000n);
});

afterEach(async () => {
  await fake.close();
  fake.http.assertClean();
});

function errorOf({ status, body }: { status: number; body: { error?: { code?: string } } }) {
  return [status, body.error?.code];
}

it("tells what an account still lacks, and moves nothing until then", async () => {
  const bare = { type: "custom", "capabilities[transfers][requested]": "true" };
  const { account } = await readyAccount(fake, "000123456789", bare);
  const get = async () => (await call(fake, "GET", `/v1/accounts/${account}`)).body;
  expect(await get()).toMatchObject({
    capabilities: { transfers: "inactive" },
    payouts_enabled: false,
    requirements: {
      currently_due: ["business_type", "tos_acceptance.date", "tos_acceptance.ip"],
      disabled_reason: "requirements.past_due",
    },
  });
  expect(errorOf(await transfer(fake, account))).toEqual([
    400,
    "insufficient_capabilities_for_transfer",
  ]);
  const { type: _, country: __, ...details } = person;
  await call(fake, "POST", `/v1/accounts/${account}`, details);
  expect(await get()).toMatchObject({ capabilities: { transfers: "active" } });
  expect((await transfer(fake, account)).status).toBe(200);
  const path = `/v1/accounts/${account}/capabilities/transfers`;
  expect((await call(fake, "GET", path)).body).toMatchObject({ requested: true, status: "active" });
});

it("demands more, verifies and rejects when a test says so", async () => {
  const { account } = await readyAccount(fake);
  await transfer(fake, account);
  const get = async () => (await call(fake, "GET", `/v1/accounts/${account}`)).body;
  fake.accounts.demand(account, ["individual.id_number"]);
  expect((await get()).requirements.currently_due).toEqual(["individual.id_number"]);
  expect(errorOf(await payout(fake, account))).toEqual([400, "payouts_not_allowed"]);
  await call(fake, "POST", `/v1/accounts/${account}`, { "individual[id_number]": "000000000" });
  expect((await get()).requirements.currently_due).toEqual([]);
  fake.accounts.verifying(account, true);
  expect((await get()).capabilities.transfers).toBe("pending");
  fake.accounts.verifying(account, false);
  fake.accounts.reject(account, "fraud");
  expect((await get()).requirements.disabled_reason).toBe("rejected.fraud");
  expect(errorOf(await transfer(fake, account))).toEqual([
    400,
    "insufficient_capabilities_for_transfer",
  ]);
});

it("onboards who opens the account link, once and in time", async () => {
  const express = { type: "express", "capabilities[transfers][requested]": "true" };
  const { account } = await readyAccount(fake, "000123456789", express);
  const link = async () => {
    const made = await call(fake, "POST", "/v1/account_links", {
      account,
      type: "account_onboarding",
      refresh_url: "https://example.com/again",
      return_url: "https://example.com/back",
    });
    expect(made.body.expires_at).toBe(made.body.created + 300);
    return made.body.url as string;
  };
  const open = async (url: string) =>
    (await fetch(url, { redirect: "manual" })).headers.get("location");
  const late = await link();
  clock.advance(300_000);
  expect(await open(late)).toBe("https://example.com/again");
  expect(fake.accounts.get(account).detailsSubmitted).toBe(false);
  const url = await link();
  expect(await open(url)).toBe("https://example.com/back");
  expect(await open(url)).toBe("https://example.com/again");
  expect((await transfer(fake, account)).status).toBe(200);
});

it("uses a token once", async () => {
  const { account } = await readyAccount(fake);
  const token = await call(fake, "POST", "/v1/tokens", {
    "bank_account[country]": "DE",
    "bank_account[currency]": "eur",
    "bank_account[account_number]": "DE89370400440532013000",
  });
  const path = `/v1/accounts/${account}/external_accounts`;
  const attach = () => call(fake, "POST", path, { external_account: token.body.id });
  const bank = await attach();
  expect(bank.body).toMatchObject({ country: "DE", last4: "3000", status: "new" });
  expect(errorOf(await attach())).toEqual([400, "token_already_used"]);
  expect((await call(fake, "GET", path)).body.data).toHaveLength(2);
  expect((await call(fake, "GET", `${path}/${bank.body.id}`)).body.id).toBe(bank.body.id);
});
