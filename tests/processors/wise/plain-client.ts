import type { WiseFake } from "./fake.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Bodies are looked into by name; a wrong name is undefined, which no assertion expects.
  readonly body: Record<string, unknown>;
}

/** Calls the fake by plain fetch with its token, as any client would. */
export async function call(
  fake: WiseFake,
  method: string,
  path: string,
  body?: string | Record<string, unknown>,
  type = "application/json",
): Promise<Answer> {
  const response = await fetch(fake.url + path, {
    method,
    headers: {
      authorization: `Bearer ${fake.token}`,
      ...(body === undefined ? {} : { "content-type": type }),
    },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

export const ada = {
  currency: "EUR",
  type: "iban",
  accountHolderName: "Ada Lovelace",
  details: { legalType: "PRIVATE", IBAN: "DE89370400440532013000" },
};

export function quote(fake: WiseFake, body: string | Record<string, unknown>): Promise<Answer> {
  return call(fake, "POST", `/v3/profiles/${fake.profile}/quotes`, body);
}

export function fund(fake: WiseFake, id: number): Promise<Answer> {
  const path = `/v3/profiles/${fake.profile}/transfers/${id}/payments`;
  return call(fake, "POST", path, { type: "BALANCE" });
}

let count = 0;

/** A UUID that no other transfer has. */
export function newTransactionId(): string {
  count += 1;
  return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
}

/** Quote, recipient and transfer of 100 GBP to EUR; not funded. */
export async function newTransfer(fake: WiseFake, reference = "Invoice 1"): Promise<number> {
  const priced = await quote(fake, {
    sourceCurrency: "GBP",
    targetCurrency: "EUR",
    sourceAmount: 100,
  });
  const recipient = await call(fake, "POST", "/v1/accounts", ada);
  const transfer = await call(fake, "POST", "/v1/transfers", {
    targetAccount: recipient.body["id"],
    quoteUuid: priced.body["id"],
    customerTransactionId: newTransactionId(),
    details: { reference },
  });
  return Number(transfer.body["id"]);
}
