import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWiseFake, type WiseFake } from "./fake.ts";
import { ada, call, quote } from "./plain-client.ts";

let fake: WiseFake;

beforeEach(async () => {
  fake = await openWiseFake();
});
afterEach(() => fake.close());

describe("recipients", () => {
  const address = { country: "US", city: "Springfield", firstLine: "1 Main", postCode: "62701" };
  const usd = { legalType: "BUSINESS", abartn: "021000021", accountNumber: "12345678" };

  test.each([
    ["EUR", "iban", { iban: "NL91ABNA0417164300" }],
    ["GBP", "sort_code", { legalType: "PRIVATE", sortCode: "04-00-75", accountNumber: "37778842" }],
    ["USD", "aba", { ...usd, accountType: "CHECKING", address: { ...address, state: "IL" } }],
    ["JPY", "email", { email: "ada@example.test" }],
  ])("of %s by %s are taken, kept and deactivated", async (currency, type, details) => {
    const body = { currency, type, accountHolderName: "Ada Lovelace", details };
    const created = await call(fake, "POST", "/v1/accounts", body);
    expect(created.status).toBe(200);
    const path = `/v2/accounts/${String(created.body["id"])}`;
    expect((await call(fake, "GET", path)).body).toEqual(created.body);
    expect((await call(fake, "DELETE", path)).body["active"]).toBe(false);
    const list = await call(fake, "GET", `/v2/accounts?currency=${currency}`);
    expect(list.body["content"]).toEqual([]);
    fake.http.assertClean();
  });

  test.each([
    [{ ...ada, details: { IBAN: "DE89370400440532013001" } }, "IBAN"],
    [{ ...ada, accountHolderName: "Ada" }, "accountHolderName"],
    [{ ...ada, type: "sort_code" }, "type"],
    [{ ...ada, currency: "USD", type: "aba", details: { ...usd, abartn: "021000022" } }, "abartn"],
    [
      {
        ...ada,
        currency: "USD",
        type: "aba",
        details: { ...usd, accountType: "SAVINGS", address },
      },
      "address.state",
    ],
  ])("with a fault are refused by its path: %j", async (body, path) => {
    const refused = await call(fake, "POST", "/v1/accounts", body);
    expect([refused.status, refused.body["errors"]]).toMatchObject([
      400,
      [{ code: "NOT_VALID", path }],
    ]);
    fake.http.assertClean();
  });

  test("have a form that asks for more as it is filled in", async () => {
    const priced = await quote(fake, {
      sourceCurrency: "GBP",
      targetCurrency: "USD",
      sourceAmount: 9,
    });
    const path = `/v1/quotes/${String(priced.body["id"])}/account-requirements`;
    const plain = await call(fake, "GET", path);
    const filled = await call(fake, "POST", path, { type: "aba", details: { address } });
    expect(plain.text).not.toContain("address.state");
    expect(filled.text).toContain("address.state");
    fake.http.assertClean();
  });
});
