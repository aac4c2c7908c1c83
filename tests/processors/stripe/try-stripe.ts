import type { StripeFake } from "./stripe-fake.ts";

/** What came back, with the body as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely, as JSON.
  readonly body: any;
}

/** A plain call as any client makes it: a form, a bearer key. */
export async function call(
  fake: StripeFake,
  method: string,
  path: string,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = new URLSearchParams(form).toString();
  const response = await fetch(fake.http.url + path, {
    method,
    headers: {
      authorization: "Bearer sk_test_fake",
      ...(method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      ...headers,
    },
    ...(method === "POST" ? { body } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** What makes a custom account ready to receive transfers. */
export const person: Record<string, string> = {
  type: "custom",
  country: "US",
  email: "someone@example.com",
  business_type: "individual",
  "individual[first_name]": "Some",
  "individual[last_name]": "One",
  "capabilities[transfers][requested]": "true",
  "tos_acceptance[date]": "1700000000",
  "tos_acceptance[ip]": "192.0.2.1",
  "settings[payouts][schedule][interval]": "manual",
};

/** A ready account with a bank account of this number; its ids. */
export async function readyAccount(
  fake: StripeFake,
  accountNumber = "000123456789",
  account: Record<string, string> = person,
): Promise<{ account: string; bank: string }> {
  const made = await call(fake, "POST", "/v1/accounts", account);
  const token = await call(fake, "POST", "/v1/tokens", {
    "bank_account[country]": "US",
    "bank_account[currency]": "usd",
    "bank_account[account_number]": accountNumber,
    "bank_account[routing_number]": "110000000",
    "bank_account[account_holder_name]": "Some One",
    "bank_account[account_holder_type]": "individual",
  });
  const path = `/v1/accounts/${made.body.id}/external_accounts`;
  const bank = await call(fake, "POST", path, { external_account: token.body.id });
  return { account: made.body.id, bank: bank.body.id };
}

/** Transfers money to an account; the answer. */
export function transfer(
  fake: StripeFake,
  destination: string,
  amount = "1000",
  more: Record<string, string> = {},
): Promise<Answer> {
  const form = { amount, currency: "usd", destination, ...more };
  return call(fake, "POST", "/v1/transfers", form);
}

/** Pays out from an account's balance to its bank; the answer. */
export function payout(
  fake: StripeFake,
  account: string,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const all = { amount: "1000", currency: "usd", ...form };
  return call(fake, "POST", "/v1/payouts", all, { "stripe-account": account, ...headers });
}
