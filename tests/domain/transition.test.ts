import { describe, expect, it } from "vitest";
import { payoutEventType } from "../../src/domain/event.ts";
import { PAYOUT_STATUSES, type PayoutStatus } from "../../src/domain/payout.ts";
import {
  canReach,
  canTransition,
  INITIAL_STATUSES,
  isTerminal,
  statusesBefore,
} from "../../src/domain/transition.ts";

/** The table of the contract ("Which step is legal"), copied from it word for word. */
const CONTRACT: Readonly<Record<PayoutStatus, string>> = {
  REQUIRES_PAYOUT_METHOD_DATA:
    "REQUIRES_CREATION, EXPIRED, CANCELLED, INELIGIBLE, PENDING, SUCCESS, FAILED",
  REQUIRES_CONFIRMATION: "REQUIRES_CREATION, CANCELLED, EXPIRED, INELIGIBLE",
  REQUIRES_VENDOR_ACCOUNT_CREATION: "REQUIRES_CREATION, FAILED, CANCELLED, INELIGIBLE",
  REQUIRES_CREATION:
    "REQUIRES_VENDOR_ACCOUNT_CREATION, REQUIRES_FULFILLMENT, INITIATED, PENDING, SUCCESS, FAILED, INELIGIBLE, CANCELLED, REQUIRES_PAYOUT_METHOD_DATA",
  REQUIRES_FULFILLMENT: "INITIATED, PENDING, SUCCESS, FAILED, CANCELLED, EXPIRED",
  INITIATED: "PENDING, SUCCESS, FAILED, CANCELLED, EXPIRED, REVERSED, REQUIRES_PAYOUT_METHOD_DATA",
  PENDING: "SUCCESS, FAILED, CANCELLED, EXPIRED, REVERSED, REQUIRES_PAYOUT_METHOD_DATA",
  SUCCESS: "REVERSED, FAILED",
  FAILED: "",
  CANCELLED: "",
  EXPIRED: "",
  REVERSED: "",
  INELIGIBLE: "",
};

const ENDS = ["SUCCESS", "FAILED", "CANCELLED", "EXPIRED", "REVERSED", "INELIGIBLE"];
const pairs = PAYOUT_STATUSES.flatMap((from) => PAYOUT_STATUSES.map((to) => [from, to] as const));
const isLegal = (from: PayoutStatus, to: PayoutStatus) => CONTRACT[from].split(", ").includes(to);

describe("the transition table", () => {
  it("knows thirteen statuses", () => {
    expect([...PAYOUT_STATUSES].sort()).toEqual(Object.keys(CONTRACT).sort());
    expect(pairs).toHaveLength(169);
  });

  it.each(pairs)("%s to %s is as the contract says", (from, to) => {
    expect(canTransition(from, to)).toBe(isLegal(from, to));
    expect(statusesBefore(to).includes(from)).toBe(isLegal(from, to));
  });

  it("begins by Create, Stage or CreateLink", () => {
    expect([...INITIAL_STATUSES].sort()).toEqual([
      "REQUIRES_CONFIRMATION",
      "REQUIRES_CREATION",
      "REQUIRES_PAYOUT_METHOD_DATA",
    ]);
  });

  it("lets nothing leave an end, save SUCCESS, which may be reversed or fail late", () => {
    for (const [from, to] of pairs) {
      if (!isTerminal(from)) continue;
      const late = from === "SUCCESS" && (to === "REVERSED" || to === "FAILED");
      expect(canTransition(from, to), `${from} to ${to}`).toBe(late);
    }
    expect(PAYOUT_STATUSES.filter(isTerminal)).toEqual(ENDS);
  });

  it("counts staying as no step", () => {
    for (const status of PAYOUT_STATUSES) expect(canTransition(status, status)).toBe(false);
  });

  it("can be left for the end from every status that is none, by Void too", () => {
    for (const status of PAYOUT_STATUSES) {
      if (isTerminal(status)) continue;
      expect(canTransition(status, "CANCELLED"), status).toBe(true);
      expect(canReach(status, "SUCCESS"), status).toBe(true);
    }
  });

  it("can be reached in every status from a beginning", () => {
    const initial: readonly PayoutStatus[] = INITIAL_STATUSES;
    for (const status of PAYOUT_STATUSES) {
      const reachable = initial.includes(status) || initial.some((from) => canReach(from, status));
      expect(reachable, status).toBe(true);
    }
  });
});

describe("canReach", () => {
  /** The transitive closure after Warshall, by another road than the code's own. */
  const reach = new Map(pairs.map(([from, to]) => [`${from} ${to}`, isLegal(from, to)]));
  const known = (from: PayoutStatus, to: PayoutStatus) => reach.get(`${from} ${to}`) === true;
  for (const over of PAYOUT_STATUSES) {
    for (const [from, to] of pairs) {
      if (known(from, over) && known(over, to)) reach.set(`${from} ${to}`, true);
    }
  }

  it.each(pairs)("%s to %s, in any number of steps", (from, to) => {
    expect(canReach(from, to)).toBe(known(from, to));
  });
});

it("has one type of event for each status", () => {
  const types = PAYOUT_STATUSES.map(payoutEventType);
  expect(new Set(types)).toEqual(
    new Set([
      "payout.created",
      "payout.initiated",
      "payout.pending",
      "payout.succeeded",
      "payout.failed",
      "payout.cancelled",
      "payout.expired",
      "payout.reversed",
      "payout.ineligible",
      "payout.requires_action",
    ]),
  );
});
