import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttemptState } from "../../src/domain/attempt.ts";
import { LINK_STATES, type PayoutLink } from "../../src/domain/link.ts";
import { PAYOUT_STATUSES } from "../../src/domain/payout.ts";
import { troubleOf } from "../../src/domain/recipient-trouble.ts";
import { canTransition } from "../../src/domain/transition.ts";
import { followPayout } from "../../src/engine/decisions/follow-payout.ts";
import { reopenLink } from "../../src/engine/decisions/reopen-link.ts";
import { limits } from "../../src/limits.ts";
import type { PayoutAggregate, VoidRequest } from "../../src/repository/payout-aggregate.ts";
import { World } from "../repository/fixtures.ts";
import { openSqlite } from "../repository/sqlite/open.ts";
import { error } from "./processor-double.ts";

const NOW = 1_000_000;
const REASONS = ["ACCOUNT_CLOSED", "NAME_MISMATCH", "INSUFFICIENT_FUNDS", "toString", "__proto__"];
const WISH: VoidRequest = {
  state: "REQUESTED",
  processorKey: "key",
  reason: "",
  requestTime: NOW,
  tries: 0,
  error: null,
};

/** A claimed link's payout: what is not said here is of no matter to the decision. */
async function claimed(): Promise<PayoutAggregate> {
  const world = await World.open(openSqlite);
  const { aggregate } = world.newLinkPayout("token", { state: "CLAIMED", expireTime: NOW + 1 });
  return {
    ...aggregate,
    payout: { ...aggregate.payout, status: "PENDING" },
    attempts: [{ ...world.attempt(["transfer"]), state: "ACCEPTED" }],
  };
}

function failed(before: PayoutAggregate, reason: string): PayoutAggregate {
  const attempts = before.attempts.map((each) => ({ ...each, state: "DEAD" as AttemptState }));
  const payout = { ...before.payout, status: "FAILED" as const, error: error(reason) };
  return { ...before, payout, attempts, voidRequest: null };
}

describe("a link's payout that has failed", () => {
  it("goes back to its recipient, or stays as it is: never out of the transition table", async () => {
    const before = await claimed();
    const linkOf = (state: PayoutLink["state"], left: number): PayoutLink => ({
      ...(before.link as PayoutLink),
      state,
      expireTime: NOW + left,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...PAYOUT_STATUSES),
        fc.constantFrom(...REASONS),
        fc.constantFrom(...LINK_STATES),
        fc.integer({ min: -2, max: 2 }),
        fc.constantFrom(null, WISH, { ...WISH, state: "REFUSED" as const }),
        fc.integer({ min: 1, max: limits.linkClaims + 1 }),
        (status, reason, state, left, voidRequest, attempts) => {
          const was: PayoutAggregate = {
            ...before,
            payout: { ...before.payout, status },
            link: linkOf(state, left),
            voidRequest,
            attempts: Array.from({ length: attempts }, () => before.attempts[0] as never),
          };
          const after = failed(was, reason);
          const next = reopenLink(was, after, { now: NOW });
          const mendable =
            canTransition(status, "REQUIRES_PAYOUT_METHOD_DATA") &&
            ["ACCOUNT_CLOSED", "NAME_MISMATCH"].includes(reason) &&
            state === "CLAIMED" &&
            left > 0 &&
            voidRequest?.state !== "REQUESTED" &&
            attempts < limits.linkClaims;
          if (!mendable) {
            expect(next).toBe(after);
            return;
          }
          expect(next).toMatchObject({
            payout: {
              status: "REQUIRES_PAYOUT_METHOD_DATA",
              error: { reason },
              waitingFor: { reason: "PAYOUT_METHOD_DATA" },
            },
            link: { state: "ACTIVE", claimTime: null },
            job: { runAt: NOW + left },
          });
        },
      ),
    );
  });

  it("ends after too many accounts", async () => {
    const before = await claimed();
    const [attempt] = before.attempts;
    const many = { ...before, attempts: Array(limits.linkClaims).fill(attempt) };
    const after = failed(many, "ACCOUNT_CLOSED");
    expect(reopenLink(many, after, { now: NOW })).toBe(after);
  });

  it("keeps the lease with its holder, who gives it back", async () => {
    const lease = { token: "mine", until: NOW + 1000 };
    const before = { ...(await claimed()), job: { runAt: NOW, tries: 3, lease } };
    const next = reopenLink(before, failed(before, "ACCOUNT_CLOSED"), { now: NOW });
    expect(next.job).toEqual({ runAt: NOW + 1, tries: 0, lease });
  });
});

describe("what is heard of a reopened payout's dead attempt", () => {
  it.each(PAYOUT_STATUSES)(
    "changes nothing when it is %s, unless that is SUCCESS",
    async (status) => {
      const first = await claimed();
      const before = reopenLink(first, failed(first, "ACCOUNT_CLOSED"), { now: NOW });
      const heard: PayoutAggregate = {
        ...before,
        payout: { ...before.payout, status, error: null },
        job: { runAt: NOW + 5, tries: 1, lease: null },
      };
      const after = followPayout(heard, NOW);
      const next = reopenLink(before, after, { now: NOW });
      if (status === "SUCCESS") {
        expect(next.payout.status).toBe("SUCCESS");
        expect(next.link?.state).toBe("CLAIMED");
      } else {
        expect(next).toEqual(before);
      }
    },
  );
});

describe("what a recipient is told", () => {
  it("is nothing of the merchant's, and nothing for a word that nobody knows", () => {
    for (const reason of ["INSUFFICIENT_FUNDS", "LIMIT_EXCEEDED", "OTHER", "", "constructor"]) {
      expect(troubleOf(reason)).toBeNull();
    }
    expect(troubleOf("BANK_CODE_INVALID")).toBe("DETAILS_WRONG");
  });
});
