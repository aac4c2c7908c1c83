import type { Json } from "../support/json-fields.ts";
import type { FakeAdyen } from "./fake.ts";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into replies field by field; what is not there fails the comparison.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

/** Plain calls of the fake, for its own tests. */
export class Client {
  readonly #fake: FakeAdyen;

  constructor(fake: FakeAdyen) {
    this.#fake = fake;
  }

  async call(method: string, url: string, body?: unknown, headers: Json = {}): Promise<Answer> {
    const response = await fetch(url, {
      method,
      headers: {
        "x-api-key": this.#fake.apiKey,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(headers as Record<string, string>),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  }

  /** POST /transfers with what a test changes. */
  pay(changes: Json = {}, headers: Json = {}): Promise<Answer> {
    const body = { ...transferRequest(this.#fake), ...changes };
    return this.call("POST", `${this.#fake.transfersUrl}/transfers`, body, headers);
  }

  async payId(changes: Json = {}): Promise<string> {
    return (await this.pay(changes)).body.id;
  }

  get(id: string): Promise<Answer> {
    return this.call("GET", `${this.#fake.transfersUrl}/transfers/${id}`);
  }

  review(wish: "approve" | "cancel", ...transferIds: string[]): Promise<Answer> {
    return this.call("POST", `${this.#fake.transfersUrl}/transfers/${wish}`, { transferIds });
  }

  find(query: Record<string, string>): Promise<Answer> {
    const text = new URLSearchParams(query);
    return this.call("GET", `${this.#fake.transfersUrl}/transfers?${text}`);
  }
}

export const dutchAccount = { type: "iban", iban: "NL91ABNA0417164300" };

export function transferRequest(fake: FakeAdyen): Json {
  return {
    amount: { currency: "EUR", value: 12_34 },
    balanceAccountId: fake.balanceAccountId,
    category: "bank",
    counterparty: {
      bankAccount: {
        accountHolder: { fullName: "Simone Hopper" },
        accountIdentification: dutchAccount,
      },
    },
    priority: "regular",
    reference: "po_1",
  };
}

export const person = {
  type: "individual",
  individual: {
    name: { firstName: "Simone", lastName: "Hopper" },
    residentialAddress: { country: "NL" },
  },
};
