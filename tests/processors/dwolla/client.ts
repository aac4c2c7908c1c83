import type { Json } from "../support/json-fields.ts";
import type { FakeDwolla } from "./fake.ts";
import { halType } from "./hal.ts";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly location: string;
  /** What stands after the last slash of the location. */
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies field by field
  readonly body: any;
}

/** The document wants HAL where a resource of a customer is made, and plain JSON elsewhere. */
const halBodies = /^\/(customers(\/[^/]+\/funding-sources)?|sandbox-simulations)$/;

/** Plain calls of the fake, for its own tests. */
export class Client {
  readonly #fake: FakeDwolla;
  #token = "";

  constructor(fake: FakeDwolla) {
    this.#fake = fake;
  }

  /** Gets a token that later calls carry. */
  async logIn(secret = this.#fake.credentials.clientSecret): Promise<Answer> {
    const { clientId } = this.#fake.credentials;
    const response = await fetch(`${this.#fake.http.url}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const answer = await read(response);
    this.#token = answer.body.access_token ?? this.#token;
    return answer;
  }

  async call(method: string, path: string, body?: Json, headers: Json = {}): Promise<Answer> {
    const url = path.startsWith("http") ? path : this.#fake.http.url + path;
    const type = method === "POST" && halBodies.test(path) ? halType : "application/json";
    const response = await fetch(url, {
      method,
      headers: {
        accept: halType,
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { "content-type": type }),
        ...(headers as Record<string, string>),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return read(response);
  }

  post(path: string, body: Json, headers: Json = {}): Promise<Answer> {
    return this.call("POST", path, body, headers);
  }

  async get(path: string): Promise<Answer["body"]> {
    return (await this.call("GET", path)).body;
  }

  /** A person who receives only, with one bank account; the account's address. */
  async receiver(email = "jane@example.com", name = "Jane's checking"): Promise<string> {
    const customer = await this.post("/customers", { ...receiveOnly, email });
    const bank = { ...checking, name };
    return (await this.post(`/customers/${customer.id}/funding-sources`, bank)).location;
  }

  /** The body of POST /transfers: from the balance. */
  transfer(destination: string, changes: Json = {}): Json {
    return {
      _links: { source: { href: this.balance }, destination: { href: destination } },
      amount: { currency: "USD", value: "42.00" },
      correlationId: "po_1",
      ...changes,
    };
  }

  /** The body of POST /mass-payments with one item for each destination. */
  massPayment(destinations: readonly string[], changes: Json = {}): Json {
    return {
      _links: { source: { href: this.balance } },
      items: destinations.map((href, index) => ({
        _links: { destination: { href } },
        amount: { currency: "USD", value: "10.00" },
        correlationId: `po_${index + 1}`,
      })),
      correlationId: "batch_1",
      ...changes,
    };
  }

  get balance(): string {
    return this.#fake.href(`funding-sources/${this.#fake.balanceSourceId}`);
  }
}

export const receiveOnly = {
  firstName: "Jane",
  lastName: "Doe",
  email: "jane@example.com",
  type: "receive-only",
};

export const checking = {
  routingNumber: "222222226",
  accountNumber: "123456789",
  bankAccountType: "checking",
  name: "Jane's checking",
};

export const checkedPerson = {
  firstName: "John",
  lastName: "Doe",
  email: "john@example.com",
  type: "personal",
  address1: "99-99 33rd St",
  city: "Some City",
  state: "NY",
  postalCode: "11101",
  dateOfBirth: "1980-09-12",
  ssn: "1234",
};

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const location = response.headers.get("location") ?? "";
  return {
    status: response.status,
    headers: response.headers,
    location,
    id: location.slice(location.lastIndexOf("/") + 1),
    body: text === "" ? undefined : JSON.parse(text),
  };
}
