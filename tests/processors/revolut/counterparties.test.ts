import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRevolutFake, type RevolutFake } from "./fake.ts";
import { ada, bleu, type Call, login, paymentTo } from "./plain-client.ts";

let fake: RevolutFake;
let call: Call;

beforeEach(async () => {
  fake = await openRevolutFake();
  call = await login(fake);
});
afterEach(() => fake.close());

describe("counterparties", () => {
  const insider = { profile_type: "personal", name: "John Smith", revtag: "johnsmith" };
  const american = {
    company_name: "Acme Inc.",
    bank_country: "US",
    currency: "USD",
    routing_number: "021000021",
    account_no: "123456789",
    route: "ach",
  };

  test.each([
    ["a person in the UK", ada, [{ sort_code: "540105", account_no: "12345678" }]],
    ["a company in France", bleu, [{ iban: bleu.iban }]],
    ["a company in the US", american, [{ routing_number: "021000021", route: "ach" }]],
    ["a person at Revolut", insider, undefined],
  ])("%s is added once, read, listed and removed", async (_, body, accounts) => {
    const added = await call("POST", "/1.0/counterparty", body);
    expect(added.body["accounts"]).toEqual(accounts && [expect.objectContaining(accounts[0])]);
    const again = await call("POST", "/1.0/counterparty", body);
    expect([again.status, again.body]).toMatchObject([
      422,
      { code: 3012, params: { counterparty_id: added.body["id"] } },
    ]);
    const path = `/1.0/counterparty/${String(added.body["id"])}`;
    expect((await call("GET", path)).body).toEqual(added.body);
    expect((await call("GET", "/1.0/counterparties")).body).toEqual([added.body]);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).body["code"]).toBe(3006);
    fake.http.assertClean();
  });

  test.each([
    [{ ...ada, sort_code: "54-01" }, 3000],
    [{ ...bleu, iban: undefined }, 3009],
    [{ ...ada, individual_name: {} }, 3000],
    [{ ...ada, currency: undefined }, 3009],
  ])("with a fault are refused: %j", async (body, code) => {
    const refused = await call("POST", "/1.0/counterparty", body);
    expect([refused.status, refused.body["code"]]).toEqual([400, code]);
    fake.http.assertClean();
  });
});

describe("the indicative quote", () => {
  test("of a foreign currency tells rate, fee and total", async () => {
    const { request_id: _, reference: __, ...priced } = await paymentTo(fake, call, bleu);
    const quote = await call("POST", "/1.0/pay/indicative-quote", { ...priced, amount: 100 });
    expect(quote.text).toContain('"estimated_total":{"amount":86.52,"currency":"GBP"}');
    expect(quote.body).toMatchObject({
      amount: { amount: 100, currency: "EUR" },
      fee: { amount: 0.52, breakdown: { exchange_fee: { amount: 0.52, currency: "GBP" } } },
      estimated_exchange_rate: "1.16279",
    });
    fake.http.assertClean();
  });

  test("is refused with an id of the error", async () => {
    const { request_id: _, reference: __, ...priced } = await paymentTo(fake, call, bleu);
    const refused = await call("POST", "/1.0/pay/indicative-quote", { ...priced, currency: "GBP" });
    expect(refused.body).toMatchObject({ code: 3187, error_id: expect.any(String) });
    fake.http.assertClean();
  });
});
