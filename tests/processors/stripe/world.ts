import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import type { IdSource } from "../support/ids.ts";
import { jsonNumber } from "../support/json-numbers.ts";
import type { Books } from "./books.ts";
import type { Events } from "./events.ts";

/** What all parts of the fake share. */
export interface World {
  readonly http: FakeProcessor;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly books: Books;
  readonly events: Events;
}

/** Seconds, as all of Stripe's times. */
export function nowSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

/** Minor units as a number of JSON, without passing through a float. */
export function wireAmount(minor: bigint): unknown {
  return jsonNumber(minor.toString());
}

/** What caused an event, as the event tells it. */
export function causeOf(request: CapturedRequest): Cause {
  return { id: null, idempotency_key: request.headers["idempotency-key"] ?? null };
}

export interface Cause {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}
