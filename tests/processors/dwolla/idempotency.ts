import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { Middleware } from "../support/fake-processor.ts";
import type { FakeReply } from "../support/reply.ts";

export const keyKeptMs = 24 * 60 * 60 * 1000;

/** The operations whose document has the header. */
const documented: readonly string[] = ["/transfers", "/mass-payments"];

/**
 * `Idempotency-Key`. A key is kept for a day together with the body that it came with: the same pair is
 * answered with the first 201, and with 409 while the first one runs; the same key with another body is
 * another request. Refusals are not kept.
 */
export function idempotency(clock: Clock, onEveryPost: () => boolean): Middleware {
  const kept = new Map<string, { reply: FakeReply | undefined; since: number }>();
  return async (request, next) => {
    const key = request.headers["idempotency-key"];
    const counts = documented.includes(request.path) || onEveryPost();
    if (key === undefined || request.method !== "POST" || !counts) return next();
    const pair = pairOf(key, request);
    const first = kept.get(pair);
    if (first && clock.now() - first.since < keyKeptMs) return first.reply ?? running;
    const entry: { reply: FakeReply | undefined; since: number } = {
      reply: undefined,
      since: clock.now(),
    };
    kept.set(pair, entry);
    try {
      entry.reply = await next();
      return entry.reply;
    } finally {
      if (entry.reply?.status !== 201) kept.delete(pair);
    }
  };
}

/** The document shows no body for it. */
const running: FakeReply = {
  status: 409,
  body: { code: "Conflict", message: "The original request is still being processed." },
};

function pairOf(key: string, { path, raw }: CapturedRequest): string {
  return JSON.stringify([key, path, raw.toString("base64")]);
}
