import type { Clock } from "../../../src/clock.ts";

/** A delivery that waits, or that was tried. */
export interface Delivery {
  readonly id: string;
  /** The event's type, for tests to find it by. */
  readonly type: string;
  /** The same bytes at every try. */
  readonly raw: Buffer;
  /** How often it has been tried. */
  readonly attempts: number;
  /** Anything that the signer needs to know, such as when the event happened. */
  readonly note?: Readonly<Record<string, string>>;
}

/** Makes the headers of one try from the raw bytes. The time is the fake's, in milliseconds. */
export type Signer = (
  delivery: Delivery,
  now: number,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

export interface Outcome {
  readonly delivery: Delivery;
  /** The endpoint's status; undefined where it gave none. */
  readonly status: number | undefined;
  readonly body: string;
  readonly delivered: boolean;
}

export interface WebhookSenderOptions {
  readonly clock: Clock;
  readonly sign: Signer;
  readonly contentType?: string;
  /** Tries after which a delivery is given up. */
  readonly maxAttempts?: number;
  /** What counts as taken; by default any 2xx. */
  readonly accepted?: (status: number, body: string) => boolean;
  /** How long an endpoint may take, in milliseconds of real time. */
  readonly timeoutMs?: number;
}

/**
 * A processor's webhooks. Nothing is sent by itself: a test says when, how often and in what order.
 * What an endpoint refuses goes back to the end of the queue, as processors do it.
 */
export class WebhookSender {
  /** Where deliveries go; undefined keeps them waiting. */
  url: string | undefined;
  /** What waits, in the order in which it will go. */
  queue: Delivery[] = [];
  /** Every try so far. */
  readonly outcomes: Outcome[] = [];
  readonly #options: WebhookSenderOptions;
  #automatic = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Puts an event at the end. An object becomes JSON once, so that retries carry the same bytes. */
  enqueue(event: {
    id: string;
    type: string;
    body: unknown;
    note?: Readonly<Record<string, string>>;
  }): Delivery {
    const { id, type, body, note } = event;
    const raw = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const delivery = { id, type, raw, attempts: 0, ...(note ? { note } : {}) };
    this.queue.push(delivery);
    if (this.#automatic) this.#running = this.#running.then(() => this.#deliverQuietly());
    return delivery;
  }

  /** Sends the first waiting delivery, or the first of a type. */
  async deliver(type?: string): Promise<Outcome> {
    const delivery = this.#find(type);
    this.queue = this.queue.filter((each) => each !== delivery);
    const outcome = await this.#send(delivery);
    this.outcomes.push(outcome);
    if (!outcome.delivered && outcome.delivery.attempts < (this.#options.maxAttempts ?? 10)) {
      this.queue.push(outcome.delivery);
    }
    return outcome;
  }

  /** Sends all that waits; what is refused is tried again in up to `rounds` rounds. */
  async deliverAll(rounds = 1): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (let round = 0; round < rounds && this.queue.length > 0; round += 1) {
      for (let left = this.queue.length; left > 0; left -= 1) outcomes.push(await this.deliver());
    }
    return outcomes;
  }

  /** A copy of the first waiting delivery (of a type), or of the last one sent, goes to the end. */
  duplicate(type?: string): void {
    const sent = this.outcomes.findLast(
      ({ delivery }) => (type ?? delivery.type) === delivery.type,
    );
    const waiting = this.queue.find((each) => (type ?? each.type) === each.type);
    const original = waiting ?? sent?.delivery;
    if (!original) throw new Error("no delivery to duplicate");
    this.queue.push({ ...original });
  }

  /** Turns the queue round, or puts it into the order of these places. */
  reorder(order: readonly number[] | "reverse" = "reverse"): void {
    const queue = [...this.queue];
    if (order !== "reverse" && !isPermutation(order, queue.length)) {
      throw new Error("not an order of the queue");
    }
    this.queue =
      order === "reverse"
        ? queue.reverse()
        : order.map((place) => queue[place]).filter((each) => each !== undefined);
  }

  /** Loses the first waiting delivery (of a type), or all. */
  drop(type?: string | "all"): void {
    if (type === "all") this.queue = [];
    else {
      const lost = this.#find(type);
      this.queue = this.queue.filter((each) => each !== lost);
    }
  }

  /** From now on everything goes out at once; for a fake that is run by hand. */
  automatic(): void {
    this.#automatic = true;
  }

  #find(type: string | undefined): Delivery {
    const found = this.queue.find((each) => (type ?? each.type) === each.type);
    if (!found) throw new Error(`no waiting delivery${type ? ` of ${type}` : ""}`);
    return found;
  }

  async #deliverQuietly(): Promise<void> {
    if (this.url !== undefined && this.queue.length > 0) await this.deliver();
  }

  async #send(delivery: Delivery): Promise<Outcome> {
    if (this.url === undefined) throw new Error("the webhook sender has no url");
    const tried = { ...delivery, attempts: delivery.attempts + 1 };
    const headers = {
      "content-type": this.#options.contentType ?? "application/json",
      ...(await this.#options.sign(tried, this.#options.clock.now())),
    };
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers,
        body: new Uint8Array(delivery.raw),
        redirect: "manual",
        signal: AbortSignal.timeout(this.#options.timeoutMs ?? 10_000),
      });
      const body = await response.text();
      const accepted = this.#options.accepted ?? ((status) => status >= 200 && status < 300);
      const { status } = response;
      return { delivery: tried, status, body, delivered: accepted(status, body) };
    } catch {
      return { delivery: tried, status: undefined, body: "", delivered: false };
    }
  }
}

function isPermutation(order: readonly number[], length: number): boolean {
  return order.length === length && [...order].sort((a, b) => a - b).every((n, i) => n === i);
}
