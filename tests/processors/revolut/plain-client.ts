import { sign } from "node:crypto";
import { audience } from "./client-assertion.ts";
import type { RevolutFake } from "./fake.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  // Bodies are looked into by name; a wrong name is undefined, which no assertion expects.
  readonly body: Record<string, unknown>;
}

/** Signs claims as a client does, with what a test wants to be different. */
export function assertionFor(
  fake: RevolutFake,
  claims: Readonly<Record<string, unknown>> = {},
  head: Readonly<Record<string, unknown>> = { alg: "RS256", typ: "JWT" },
): string {
  const { issuer: iss, clientId: sub, clock } = fake;
  const exp = Math.floor(clock.now() / 1000) + 60;
  const parts = [head, { iss, sub, aud: audience, exp, ...claims }];
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(text), fake.clientPrivateKey);
  return `${text}.${signature.toString("base64url")}`;
}

export async function exchange(
  fake: RevolutFake,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(`${fake.url}/api/1.0/auth/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertionFor(fake),
      ...fields,
    }),
  });
  return answerOf(response);
}

/** A living access token. */
export async function newToken(fake: RevolutFake): Promise<string> {
  const form = { grant_type: "refresh_token", refresh_token: fake.refreshToken };
  return String((await exchange(fake, form)).body["access_token"]);
}

/** One client of a fake, with a token of its own. The path follows `/api`. */
export type Call = (
  method: string,
  path: string,
  body?: string | Readonly<Record<string, unknown>>,
) => Promise<Answer>;

export async function login(fake: RevolutFake): Promise<Call> {
  const token = await newToken(fake);
  return async (method, path, body) => {
    const response = await fetch(`${fake.url}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    });
    return answerOf(response);
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, text, body };
}

export const ada = {
  individual_name: { first_name: "Ada", last_name: "Lovelace" },
  bank_country: "GB",
  currency: "GBP",
  sort_code: "54-01-05",
  account_no: "12345678",
};

export const bleu = {
  company_name: "Bleu Blanc Conseil SARL",
  bank_country: "FR",
  currency: "EUR",
  iban: "FR1420041010050500013M02606",
};

/** The body of a payment of 12.34 GBP to a new counterparty. */
export async function paymentTo(
  fake: RevolutFake,
  call: Call,
  counterparty: Readonly<Record<string, unknown>> = ada,
): Promise<Record<string, unknown>> {
  const { body } = await call("POST", "/1.0/counterparty", counterparty);
  return {
    request_id: "payout-1",
    account_id: fake.accounts.of("GBP").id,
    receiver: { counterparty_id: body["id"] },
    amount: 12.34,
    currency: counterparty["currency"] ?? "GBP",
    reference: "Invoice 1",
  };
}

export function linkOf(fake: RevolutFake): Record<string, unknown> {
  return {
    counterparty_name: "Ada Lovelace",
    request_id: "link-1",
    account_id: fake.accounts.of("GBP").id,
    amount: 105.6,
    currency: "GBP",
    reference: "Rent",
  };
}
