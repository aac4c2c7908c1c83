import { expect } from "vitest";
import { faultOfExchange } from "../../openapi/check-exchange.ts";
import { addFault } from "../../openapi/faults.ts";
import { API_KEY } from "./process.ts";

/** What tests read of a payout as REST answers it; the contract has the rest. */
export interface PayoutBody {
  readonly payoutId: string;
  readonly merchantPayoutId: string;
  readonly status: string;
  readonly amount: MoneyBody;
  readonly connectorReferences: readonly { readonly kind: string; readonly id: string }[];
  readonly recipientId: string;
  readonly disburseAccountId: string;
  readonly linkId: string;
  readonly quote?: QuoteBody;
  readonly error?: ErrorBody;
  readonly syncError?: ErrorBody;
  readonly waitingFor?: {
    readonly reason: string;
    readonly who: string;
    readonly since: string;
    readonly nextCheckTime?: string;
  };
  readonly attempts: readonly AttemptBody[];
  readonly etag: string;
}

export interface MoneyBody {
  readonly minorAmount: string;
  readonly currency: string;
}

export interface QuoteBody {
  readonly rate: string;
  readonly fee: MoneyBody;
  readonly destinationAmount: MoneyBody;
  readonly expireTime: string;
}

export interface ErrorBody {
  readonly category: string;
  readonly reason: string;
  readonly connectorCode: string;
}

export interface AttemptBody {
  readonly number: number;
  readonly state: string;
  readonly steps: readonly {
    readonly name: string;
    readonly processorKey: string;
    readonly outcome: string;
    readonly tries: number;
    readonly error?: ErrorBody;
  }[];
}

export interface TransferBody {
  readonly transferId: string;
  readonly idempotencyKey: string;
  readonly payoutId: string;
  readonly amount: MoneyBody;
  readonly state: string;
  readonly scenario: string;
}

export interface EventBody {
  readonly eventId: string;
  readonly type: string;
  readonly sequence: number;
  readonly previousStatus: string;
  readonly data: { readonly payout: PayoutBody };
}

export interface LinkBody {
  readonly linkId: string;
  readonly url: string;
  readonly state: string;
  readonly payoutId: string;
}

/** An RFC 9457 problem. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  readonly retryable: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly replayed: boolean;
}

export interface CallOptions {
  /** The Idempotency-Key. */
  readonly key?: string;
  readonly apiKey?: string;
}

/** An account that is not magic. */
export const ACH = {
  ach: {
    accountNumber: "000123456789",
    routingNumber: "021000021",
    accountType: "CHECKING",
    holderName: "Jane Doe",
  },
};

/** What Create takes, with a scenario where one is named. */
export function order(scenario?: string, more: Record<string, unknown> = {}) {
  return {
    amount: { minorAmount: "1250", currency: "USD" },
    payoutMethodData: ACH,
    ...(scenario === undefined ? {} : { metadata: { sandbox_scenario: scenario } }),
    ...more,
  };
}

/** REST, as a caller's back end speaks it. */
export class Client {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    { key, apiKey = API_KEY }: CallOptions = {},
  ): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    };
    const sent = body === undefined ? "" : JSON.stringify(body);
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: sent }),
    });
    const answerBody = Buffer.from(await response.arrayBuffer());
    // Services in processes of their own are not watched as those in this process are.
    const fault = faultOfExchange({
      method,
      target: path,
      requestHeaders: headers,
      requestBody: Buffer.from(sent),
      status: response.status,
      answerHeaders: Object.fromEntries(response.headers),
      answerBody,
    });
    if (fault !== null) addFault(fault);
    return {
      status: response.status,
      body: JSON.parse(answerBody.toString()),
      replayed: response.headers.get("idempotency-replayed") === "true",
    };
  }

  post(path: string, body: unknown = {}, options: CallOptions = {}): Promise<Answer> {
    return this.call("POST", path, body, options);
  }

  async create(body: unknown = order(), options: CallOptions = {}): Promise<PayoutBody> {
    return ok<PayoutBody>(await this.post("/v1/payouts", body, options));
  }

  async stage(body: unknown = order(), options: CallOptions = {}): Promise<PayoutBody> {
    return ok<PayoutBody>(await this.post("/v1/payouts/stage", body, options));
  }

  transfer(payoutId: string, body: unknown = {}, options: CallOptions = {}): Promise<Answer> {
    return this.post(`/v1/payouts/${payoutId}/transfer`, body, options);
  }

  void(payoutId: string, body: unknown = {}, options: CallOptions = {}): Promise<Answer> {
    return this.post(`/v1/payouts/${payoutId}/void`, body, options);
  }

  async payout(payoutId: string, query = "sync=STORED"): Promise<PayoutBody> {
    return ok<PayoutBody>(await this.call("GET", `/v1/payouts/${payoutId}?${query}`));
  }

  async full(payoutId: string): Promise<PayoutBody> {
    return this.payout(payoutId, "sync=STORED&view=FULL");
  }

  /** Waits until a payout, as it is stored, is in a status or fits. */
  async until(
    payoutId: string,
    wanted: string | ((payout: PayoutBody) => boolean),
    withinMs = 15_000,
  ): Promise<PayoutBody> {
    const fits = typeof wanted === "string" ? isIn(wanted) : wanted;
    return eventually(
      () => this.payout(payoutId),
      fits,
      withinMs,
      (payout) => JSON.stringify(payout),
    );
  }

  /** The processor's ledger of one payout, or of all, newest first. */
  async transfers(payoutId = ""): Promise<readonly TransferBody[]> {
    const all: TransferBody[] = [];
    let pageToken = "";
    do {
      const query = `payoutId=${payoutId}&pageSize=100&pageToken=${encodeURIComponent(pageToken)}`;
      const page = ok<{ transfers: TransferBody[]; nextPageToken: string }>(
        await this.call("GET", `/v1/sandbox/transfers?${query}`),
      );
      all.push(...page.transfers);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return all;
  }

  /** The events of one object, oldest first. */
  async events(objectId: string): Promise<readonly EventBody[]> {
    const query = `objectId=${objectId}&pageSize=100`;
    const { events } = ok<{ events: EventBody[] }>(await this.call("GET", `/v1/events?${query}`));
    return events.toReversed();
  }
}

function isIn(status: string) {
  return (payout: PayoutBody) => payout.status === status;
}

/** The body of an answer that must be 200. */
export function ok<T>({ status, body }: Answer): T {
  expect(status, JSON.stringify(body)).toBe(200);
  return body as T;
}

/** The problem of an answer that must be refused with this reason. */
export function refused({ status, body }: Answer, httpStatus: number, reason: string): Problem {
  const problem = body as Problem;
  expect([status, problem.reason], JSON.stringify(body)).toEqual([httpStatus, reason]);
  return problem;
}

/** Looks until what is looked at fits. @throws with the last thing seen */
export async function eventually<T>(
  look: () => Promise<T>,
  fits: (seen: T) => boolean,
  withinMs = 15_000,
  describe: (seen: T) => string = String,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (fits(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`it did not come to it: ${describe(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Checks that events tell one story without a gap: sequences 1 to n, each status from the one before. */
export function expectChain(events: readonly EventBody[], statuses: readonly string[]): void {
  expect(
    events.map(({ sequence, previousStatus, data }) => [
      sequence,
      previousStatus,
      data.payout.status,
    ]),
  ).toEqual(statuses.map((status, index) => [index + 1, statuses[index - 1] ?? "", status]));
}
