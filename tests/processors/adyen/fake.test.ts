import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { checkingIsOn } from "../support/specs-folder.ts";
import { Client, dutchAccount, person } from "./client.ts";
import { FakeAdyen } from "./fake.ts";
import { linkLivesMs } from "./hosted-onboarding.ts";
import { keyKeptMs } from "./idempotency.ts";

let clock: ManualClock;
let fake: FakeAdyen;
let client: Client;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await FakeAdyen.open({ clock });
  fake.fund("EUR", 100_000n);
  client = new Client(fake);
});

afterEach(async () => {
  await fake.http.close();
  fake.http.assertClean();
});

it("pays a person's own account: entity, instrument, route, transfer, arrival", async () => {
  const lem = fake.legalEntityUrl;
  const entity = await client.call("POST", `${lem}/legalEntities`, person);
  expect(entity.body.id).toMatch(/^LE[0-9A-Z]{23}$/);
  const instrument = await client.call("POST", `${lem}/transferInstruments`, {
    type: "bankAccount",
    legalEntityId: entity.body.id,
    bankAccount: { accountIdentification: dutchAccount },
  });
  expect(instrument.body.capabilities.sendToTransferInstrument.verificationStatus).toBe("pending");
  const counterparty = { transferInstrumentId: instrument.body.id };
  expect((await client.pay({ counterparty })).status).toBe(422);

  fake.verify(entity.body.id);
  const seen = await client.call("GET", `${lem}/legalEntities/${entity.body.id}`);
  expect(seen.body).toMatchObject({
    ...person,
    capabilities: { sendToTransferInstrument: { allowed: true, verificationStatus: "valid" } },
    transferInstruments: [{ id: instrument.body.id, accountIdentifier: "**************4300" }],
  });
  const routes = await client.call("POST", `${fake.configurationUrl}/transferRoutes/calculate`, {
    balancePlatform: fake.owner.balancePlatform,
    category: "bank",
    currency: "EUR",
    counterparty,
    priorities: ["instant", "wire"],
  });
  expect(routes.body.transferRoutes.map((r: { priority: string }) => r.priority)).toEqual([
    "instant",
    "wire",
  ]);

  const created = await client.pay({ counterparty, reference: "po_2" });
  expect([created.status, created.body.status, created.body.reason]).toEqual([
    202,
    "received",
    "pending",
  ]);
  expect(created.body.amount).toEqual({ currency: "EUR", value: 1234 });
  fake.credit(created.body.id);
  expect((await client.get(created.body.id)).body).toMatchObject({
    status: "credited",
    reference: "po_2",
    sequenceNumber: 4,
    balances: [{ currency: "EUR", balance: -1234, reserved: 0, received: 0 }],
  });
  const account = `${fake.configurationUrl}/balanceAccounts/${fake.balanceAccountId}`;
  expect((await client.call("GET", account)).body.balances).toEqual([
    { currency: "EUR", available: 98_766, balance: 98_766, reserved: 0 },
  ]);
});

it("keeps amounts exact beyond what a float holds", async () => {
  fake.fund("KWD", 9_007_199_254_740_993n);
  const raw = JSON.stringify({
    ...{ category: "bank", priority: "crossBorder", balanceAccountId: fake.balanceAccountId },
    amount: { currency: "KWD", value: "@" },
    counterparty: {
      bankAccount: { accountHolder: { fullName: "S" }, accountIdentification: dutchAccount },
    },
  }).replace('"@"', "9007199254740993");
  const headers = { "x-api-key": fake.apiKey, "content-type": "application/json" };
  const url = `${fake.transfersUrl}/transfers`;
  const response = await fetch(url, { method: "POST", headers, body: raw });
  expect(await response.text()).toContain('"value":9007199254740993');
  expect(fake.transfers[0]?.value).toBe(9_007_199_254_740_993n);
});

it("has no route where there is none, and says so with an empty list", async () => {
  const calculate = `${fake.configurationUrl}/transferRoutes/calculate`;
  const body = { balancePlatform: "x", category: "bank", currency: "EUR", country: "BR" };
  expect((await client.call("POST", calculate, body)).body).toEqual({ transferRoutes: [] });
  fake.routes = [];
  const id = await client.payId();
  fake.authorise(id);
  expect((await client.get(id)).body).toMatchObject({ status: "refused", reason: "routeNotFound" });
});

it("wants a key, an owner and a window, and refuses in each API's own shape", async () => {
  const wrong = { "x-api-key": "wrong" };
  const lem = `${fake.legalEntityUrl}/legalEntities`;
  expect((await client.pay({}, wrong)).body).toMatchObject({ status: 401, errorType: "security" });
  expect((await client.call("GET", `${lem}/LE1`, undefined, wrong)).body.message).toContain("Not");
  const get = `${fake.transfersUrl}/transfers/x`;
  expect((await client.call("GET", get, undefined, wrong)).body.title).toBe("Unauthorized");

  expect((await client.get("NONE")).body).toMatchObject({ status: 422, detail: /not found/ });
  expect((await client.call("GET", `${lem}/LE1`)).body).toMatchObject({
    status: 422,
    message: "Legal entity not found",
    errorType: "validation",
  });
  const window = { createdSince: "2026-01-01T00:00:00Z", createdUntil: "2026-02-01T00:00:00Z" };
  expect((await client.find({ ...window })).status).toBe(422);
  const refused = await client.pay({ balanceAccountId: "BA0" });
  expect(refused.body).toMatchObject({
    status: 422,
    title: "Unprocessable Entity",
    invalidFields: [{ name: "balanceAccountId", value: "BA0" }],
  });
  expect((await client.pay({ counterparty: {} })).status).toBe(422);
  expect(fake.transfers).toHaveLength(0);
});

it.runIf(checkingIsOn)("refuses a long reference, and notes that it was sent", async () => {
  const refused = await client.pay({ reference: "r".repeat(81) });
  expect([refused.status, refused.body.invalidFields[0].name]).toEqual([422, "reference"]);
  expect(fake.http.violations.splice(0)).toMatchObject([
    { side: "request", operation: "POST /transfers", pointer: "/reference", rule: "maxLength" },
  ]);
});

it("finds by reference, in pages", async () => {
  for (let i = 0; i < 3; i += 1) await client.payId({ reference: "po_same" });
  await client.payId({ reference: "po_other" });
  const query = {
    createdSince: "2026-01-01T00:00:00Z",
    createdUntil: "2026-02-01T00:00:00Z",
    balanceAccountId: fake.balanceAccountId,
    reference: "po_same",
    limit: "2",
  };
  const first = await client.find(query);
  expect(first.body.data).toHaveLength(2);
  const second = await client.call("GET", first.body._links.next.href);
  expect(second.body.data).toHaveLength(1);
  expect(second.body._links.next).toBeUndefined();
  expect((await client.find({ ...query, reference: "po_none" })).body.data).toEqual([]);
  const late = { ...query, createdSince: "2025-01-01T00:00:00Z" };
  expect((await client.find(late)).status).toBe(422);
});

it("answers a key with its first reply, for seven days and for any body", async () => {
  const key = { "idempotency-key": "k1" };
  const first = await client.pay({}, key);
  clock.advance(keyKeptMs - 1);
  const again = await client.pay({ reference: "po_another" }, key);
  expect([again.status, again.body]).toEqual([first.status, first.body]);
  expect(again.headers.get("idempotency-key")).toBe("k1");
  expect(fake.transfers).toHaveLength(1);
  clock.advance(1);
  expect((await client.pay({}, key)).body.id).not.toBe(first.body.id);

  const refusal = await client.pay({ balanceAccountId: "BA0" }, { "idempotency-key": "k2" });
  expect((await client.pay({}, { "idempotency-key": "k2" })).body).toEqual(refusal.body);
  const long = await client.pay({}, { "idempotency-key": "k".repeat(65) });
  expect([long.status, fake.transfers.length]).toEqual([422, 2]);
});

it("says that the first request of a key is still running", async () => {
  const gate = fake.http.gates.next({ method: "POST" });
  const first = client.pay({}, { "idempotency-key": "k1" });
  await gate.arrived;
  const second = await client.pay({}, { "idempotency-key": "k1" });
  expect([second.status, second.body.errorCode]).toEqual([422, "704"]);
  expect(second.headers.get("transient-error")).toBe("true");
  gate.open();
  const third = await client.pay({}, { "idempotency-key": "k1" });
  expect(third.body.id).toBe((await first).body.id);
});

it("knows no keys outside the Transfers API, unless it is told to", async () => {
  const url = `${fake.legalEntityUrl}/legalEntities`;
  const key = { "idempotency-key": "k1" };
  const first = await client.call("POST", url, person, key);
  expect((await client.call("POST", url, person, key)).body.id).not.toBe(first.body.id);
  fake.keysOnEveryPost = true;
  const kept = await client.call("POST", url, person, key);
  expect((await client.call("POST", url, person, key)).body.id).toBe(kept.body.id);
});

it("leads a person through the hosted page once, within four minutes", async () => {
  const lem = fake.legalEntityUrl;
  const capabilities = { sendToTransferInstrument: { requested: true } };
  const { body } = await client.call("POST", `${lem}/legalEntities`, { ...person, capabilities });
  fake.verify(body.id, "invalid");
  const errors = `${lem}/legalEntities/${body.id}/checkVerificationErrors`;
  const missing = (await client.call("POST", errors)).body.problems[0].verificationErrors[0];
  expect(missing.type).toBe("dataMissing");

  const links = `${lem}/legalEntities/${body.id}/onboardingLinks`;
  const link = { redirectUrl: "https://platform.example/back" };
  const { url } = (await client.call("POST", links, link)).body;
  const opened = await fetch(url, { redirect: "manual" });
  expect([opened.status, opened.headers.get("location")]).toEqual([303, link.redirectUrl]);
  expect((await fetch(url)).status).toBe(410);
  expect((await client.call("POST", errors)).body).toEqual({ problems: [] });

  const late = (await client.call("POST", links, link)).body.url;
  clock.advance(linkLivesMs + 1);
  expect((await fetch(late)).status).toBe(410);
});

it("adds, changes and removes what is owned", async () => {
  const lem = fake.legalEntityUrl;
  const bcl = fake.configurationUrl;
  const { id } = (await client.call("POST", `${lem}/legalEntities`, person)).body;
  fake.verify(id, "invalid");
  const change = { individual: { ...person.individual, birthData: { dateOfBirth: "1990-06-21" } } };
  const changed = await client.call("PATCH", `${lem}/legalEntities/${id}`, change);
  expect(changed.body.capabilities.sendToTransferInstrument.verificationStatus).toBe("pending");
  fake.verify(id, "rejected");
  const rejected = (await client.call("GET", `${lem}/legalEntities/${id}`)).body;
  expect(rejected.problems[0].verificationErrors[0].type).toBe("rejected");

  const instrument = await client.call("POST", `${lem}/transferInstruments`, {
    type: "bankAccount",
    legalEntityId: id,
    bankAccount: {
      accountIdentification: { type: "ukLocal", accountNumber: "00000123", sortCode: "090102" },
    },
  });
  expect(instrument.body.bankAccount.countryCode).toBe("GB");
  const url = `${lem}/transferInstruments/${instrument.body.id}`;
  expect((await client.call("GET", url)).body.id).toBe(instrument.body.id);
  expect((await client.call("DELETE", url)).status).toBe(204);
  expect((await client.call("GET", url)).status).toBe(422);

  const holder = await client.call("POST", `${bcl}/accountHolders`, { legalEntityId: id });
  expect((await client.call("GET", `${bcl}/accountHolders/${holder.body.id}`)).body.status).toBe(
    "active",
  );
  const account = await client.call("POST", `${bcl}/balanceAccounts`, {
    accountHolderId: holder.body.id,
  });
  expect(account.body.balances).toEqual([]);
  expect(
    (await client.call("POST", `${bcl}/balanceAccounts`, { accountHolderId: "x" })).status,
  ).toBe(422);
});
