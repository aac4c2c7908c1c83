import type { Clock } from "../../../src/clock.ts";
import type { Middleware } from "../support/fake-processor.ts";
import type { FakeReply } from "../support/reply.ts";
import { transfersPrefix } from "./prefixes.ts";
import { invalid, Refusal, refusalReply } from "./refusal.ts";

/** The processor promises at least 7 days; the fake forgets as early as it may. */
export const keyKeptMs = 7 * 24 * 60 * 60 * 1000;
const maxKeyLength = 64;

/**
 * `Idempotency-Key` on POSTs of the Transfers API: the other two documents do not have the header, so
 * there a repeat is a second resource. A key belongs to the company: it answers with its first reply
 * whatever path or body it comes with. While the first request runs, a second one gets 422 with code
 * 704 and `transient-error: true`, which says that the same key may be tried again.
 */
export function idempotency(clock: Clock, onEveryPost: () => boolean): Middleware {
  const kept = new Map<string, { reply: FakeReply | undefined; since: number }>();
  return async (request, next) => {
    const key = request.headers["idempotency-key"];
    if (key === undefined || request.method !== "POST") return next();
    if (!request.path.startsWith(`${transfersPrefix}/`) && !onEveryPost()) return next();
    if (key.length === 0 || key.length > maxKeyLength) {
      return refusalReply(request, invalid("Idempotency-Key", key, "1 to 64 characters"));
    }
    const echo = { "Idempotency-Key": key };
    const first = kept.get(key);
    if (first && clock.now() - first.since < keyKeptMs) {
      if (first.reply) return first.reply;
      const running = new Refusal(422, "704", "request already processed or in progress");
      return { ...refusalReply(request, running), headers: { ...echo, "transient-error": "true" } };
    }
    const entry: { reply: FakeReply | undefined; since: number } = {
      reply: undefined,
      since: clock.now(),
    };
    kept.set(key, entry);
    try {
      const reply = await next();
      entry.reply = { ...reply, headers: { ...reply.headers, ...echo } };
      return entry.reply;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  };
}
