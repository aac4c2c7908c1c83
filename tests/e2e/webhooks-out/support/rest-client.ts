/** Calls the service by REST with one key. */
export class RestClient {
  readonly #url: () => string;
  readonly key: string;

  constructor(app: { readonly url: string; readonly apiKey: string }, key = app.apiKey) {
    this.#url = () => app.url;
    this.key = key;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.ask(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  async ask(method: string, path: string, body?: unknown) {
    const response = await fetch(this.#url() + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  async endpoint(url: string, changes: Readonly<Record<string, unknown>> = {}) {
    return this.call<EndpointBody>("POST", "/v1/webhook-endpoints", { url, ...changes });
  }

  deliveries(endpointId: string, query = "") {
    const path = `/v1/webhook-endpoints/${endpointId}/deliveries?pageSize=100${query}`;
    return this.call<{ deliveries: DeliveryBody[] }>("GET", path).then((each) => each.deliveries);
  }

  /** The id of a payout that ends at once in SUCCESS. */
  async payout(scenario = "instant_success"): Promise<string> {
    const { payoutId } = await this.call<{ payoutId: string }>("POST", "/v1/payouts", {
      amount: { minorAmount: "1050", currency: "USD" },
      payoutMethodData: {
        ach: {
          accountNumber: "000123456789",
          routingNumber: "110000000",
          accountType: "CHECKING",
          holderName: "Jane Doe",
        },
      },
      metadata: { sandbox_scenario: scenario },
    });
    return payoutId;
  }
}

export interface EndpointBody {
  readonly endpointId: string;
  readonly secret: string;
  readonly state: string;
  readonly disabledReason: string;
  readonly failingSince?: string;
  readonly etag: string;
}

export interface DeliveryBody {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly state: string;
  readonly tries: number;
  readonly nextTryTime?: string;
  readonly attempts: readonly {
    readonly statusCode: number;
    readonly errorReason: string;
    readonly answer: string;
    readonly requestHeaders: Readonly<Record<string, string>>;
  }[];
}
