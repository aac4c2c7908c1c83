import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeReply } from "../support/reply.ts";
import { StripeError } from "./stripe-error.ts";

interface Kept {
  readonly path: string;
  readonly params: string;
  readonly requestId: string;
  readonly until: number;
  /** Undefined while the first request is still running. */
  reply: FakeReply | undefined;
}

/** Stripe may forget a key after 24 hours; the fake forgets it then, so that a test can see it. */
const keptForMs = 24 * 60 * 60 * 1000;

/**
 * Answers kept under the header `Idempotency-Key` of POST requests, each account by itself:
 * - the same key and parameters: the same status and body again, errors included, once an endpoint had
 *   begun to execute, with `Idempotent-Replayed: true`;
 * - the same key with other parameters or another endpoint: 400 idempotency_error;
 * - the same key while the first request runs: 409;
 * - what did not validate, or conflicted, is not kept.
 */
export class Idempotency {
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async around(
    request: CapturedRequest,
    requestId: string,
    next: () => Promise<FakeReply>,
  ): Promise<FakeReply> {
    const key = request.headers["idempotency-key"];
    if (request.method !== "POST" || key === undefined) return next();
    if (key.length > 255) {
      const message = "Idempotency keys can be at most 255 characters.";
      throw new StripeError({ status: 400, message, begun: false });
    }
    const place = `${request.headers["stripe-account"] ?? ""} ${key}`;
    const kept = this.#kept.get(place);
    if (kept && kept.until > this.#clock.now()) return replay(kept, request, key);
    return this.#first(place, request, requestId, next);
  }

  async #first(
    place: string,
    request: CapturedRequest,
    requestId: string,
    next: () => Promise<FakeReply>,
  ): Promise<FakeReply> {
    const { path } = request;
    const until = this.#clock.now() + keptForMs;
    const params = canonical(request.body);
    const kept: Kept = { path, params, requestId, until, reply: undefined };
    this.#kept.set(place, kept);
    try {
      kept.reply = await next();
      return kept.reply;
    } catch (error) {
      if (error instanceof StripeError && error.begun) kept.reply = error.reply();
      else this.#kept.delete(place);
      throw error;
    }
  }
}

function replay(kept: Kept, request: CapturedRequest, key: string): FakeReply {
  if (kept.path !== request.path) {
    throw idempotencyError(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${request.path}' vs '${kept.path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (kept.params !== canonical(request.body)) {
    throw idempotencyError(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (!kept.reply) {
    throw new StripeError({
      status: 409,
      code: "idempotency_key_in_use",
      message: "There is currently another in-progress request using this idempotency key.",
      begun: false,
    });
  }
  const headers = { "idempotent-replayed": "true", "original-request": kept.requestId };
  return { ...kept.reply, headers };
}

function idempotencyError(message: string): StripeError {
  return new StripeError({ status: 400, type: "idempotency_error", message, begun: false });
}

/** Parameters are compared, not bytes: their order says nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join()}}`;
}
