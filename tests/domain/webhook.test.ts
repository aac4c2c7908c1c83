import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENT_TYPES, isEventFilter, isSelected } from "../../src/domain/event-type.ts";
import { PING_EVENT, type WebhookFailure } from "../../src/domain/webhook.ts";
import {
  afterAttempt,
  GIVE_UP_MS,
  PAUSES,
  readRetryAfter,
} from "../../src/domain/webhook-retry.ts";

const ENABLED = { state: "ENABLED", disabledReason: null, failingSince: null } as const;
const NOW = Date.UTC(2026, 10, 22);

function tried(tries: number, failure: WebhookFailure | null, changes: object = {}) {
  const terms = { now: NOW, wishMs: 0, chance: 0, ...changes };
  const delivery = { tries, eventType: "payout.created" };
  return afterAttempt({ delivery, endpoint: ENABLED }, { failure, startTime: NOW }, terms);
}

describe("a try", () => {
  it("that fails is followed by the next of the schedule, a little later by chance", () => {
    for (let tries = 1; tries < PAUSES.length; tries += 1) {
      const pause = PAUSES[tries] ?? 0;
      const [least, most] = [0, 0.999].map((chance) => tried(tries - 1, "TIMEOUT", { chance }));
      expect(least?.delivery).toEqual({ state: "PENDING", tries, nextTryTime: NOW + pause });
      expect(most?.delivery.nextTryTime).toBeLessThanOrEqual(NOW + 1.2 * pause);
      expect(most?.delivery.nextTryTime).toBeGreaterThan(NOW + pause);
    }
    expect(tried(PAUSES.length - 1, "TIMEOUT").delivery).toMatchObject({ state: "FAILED" });
  });

  it("is never sooner than asked, and a wish is bounded by a day", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 8 }),
        fc.integer({ min: 0, max: 10 * 24 * 3_600_000 }),
        (tries, wishMs) => {
          const { nextTryTime } = tried(tries, "STATUS_NOT_2XX", { wishMs }).delivery;
          const wait = (nextTryTime ?? 0) - NOW;
          expect(wait).toBe(Math.max(PAUSES[tries + 1] ?? 0, Math.min(wishMs, 24 * 3_600_000)));
        },
      ),
    );
  });

  it("that succeeds ends the failing, and five days of it end the endpoint", () => {
    const failing = { ...ENABLED, failingSince: NOW - GIVE_UP_MS };
    const delivery = { tries: 0, eventType: "payout.created" };
    const terms = { now: NOW, wishMs: 0, chance: 0 };
    const on = (endpoint: typeof failing, failure: WebhookFailure | null) =>
      afterAttempt({ delivery, endpoint }, { failure, startTime: NOW }, terms).endpoint;
    expect(on(failing, null)).toEqual(ENABLED);
    expect(on(failing, "TIMEOUT")).toEqual({
      state: "DISABLED",
      disabledReason: "FAILING",
      failingSince: failing.failingSince,
    });
    const almost = { ...failing, failingSince: NOW - GIVE_UP_MS + 1 };
    expect(on(almost, "TIMEOUT")).toEqual(almost);
    expect(tried(0, "GONE_410").endpoint).toMatchObject({ disabledReason: "GONE_410" });
  });

  it("of a ping is the only one", () => {
    const delivery = { tries: 0, eventType: PING_EVENT };
    const terms = { now: NOW, wishMs: 60_000, chance: 0 };
    const { state } = afterAttempt(
      { delivery, endpoint: ENABLED },
      { failure: "TIMEOUT", startTime: NOW },
      terms,
    ).delivery;
    expect(state).toBe("FAILED");
  });
});

it("Retry-After is seconds or a date, and anything else is none", () => {
  expect(readRetryAfter("120", NOW)).toBe(120_000);
  expect(readRetryAfter("Sun, 22 Nov 2026 00:01:00 GMT", NOW)).toBe(60_000);
  for (const text of [
    "",
    "-1",
    "1.5",
    "soon",
    "1e9",
    "9999999999",
    "Sun, 01 Nov 2026 00:00:00 GMT",
  ]) {
    expect(readRetryAfter(text, NOW)).toBe(0);
  }
});

describe("a filter of event types", () => {
  it("names a type, a kind, or everything", () => {
    for (const filter of [...EVENT_TYPES, "payout.*", "webhook_endpoint.*", "*"]) {
      expect([filter, isEventFilter(filter)]).toEqual([filter, true]);
    }
    for (const filter of [
      "",
      "payout",
      "payout.",
      "payout.suceeded",
      "*.created",
      "pay*",
      "payout.*.x",
    ]) {
      expect([filter, isEventFilter(filter)]).toEqual([filter, false]);
    }
  });

  it("selects what it names, and all when there is none", () => {
    expect(isSelected("payout.created", [])).toBe(true);
    expect(isSelected("payout.created", ["payout.*"])).toBe(true);
    expect(isSelected("payout_link.active", ["payout.*"])).toBe(false);
    expect(isSelected("payout.created", ["payout.failed", "recipient.*"])).toBe(false);
  });
});
