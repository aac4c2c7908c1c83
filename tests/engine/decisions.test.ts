import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  LookupResult,
  Outcome,
  ProcessorState,
  StepEffect,
  VoidOutcome,
} from "../../src/connectors/connector.ts";
import { UUID } from "../../src/connectors/toolkit/keys.ts";
import type { Attempt, AttemptStep, StepOutcome } from "../../src/domain/attempt.ts";
import { ServiceError } from "../../src/domain/errors.ts";
import { PAYOUT_STATUSES, type PayoutStatus, type WaitingReason } from "../../src/domain/payout.ts";
import { canTransition, isTerminal } from "../../src/domain/transition.ts";
import { applyState } from "../../src/engine/decisions/apply-state.ts";
import { beginStep, isInDoubt, stepOf, surelyUnsent } from "../../src/engine/decisions/attempts.ts";
import type { Circumstances } from "../../src/engine/decisions/circumstances.ts";
import { expire } from "../../src/engine/decisions/expire.ts";
import { type Move, nextMove } from "../../src/engine/decisions/next-move.ts";
import { pauseMs } from "../../src/engine/decisions/pause.ts";
import {
  mayRepeat,
  recordLookup,
  recordNotFound,
  recordOutcome,
} from "../../src/engine/decisions/record-outcome.ts";
import {
  beginVoid,
  cancelHere,
  recordVoid,
  requestVoid,
} from "../../src/engine/decisions/record-void.ts";
import { resolveReview } from "../../src/engine/decisions/resolve.ts";
import {
  isLeased,
  settleLease,
  settleNews,
  settleUnleased,
  takeLease,
} from "../../src/engine/decisions/schedule.ts";
import {
  currentAttempt,
  type PayoutAggregate,
  type VoidRequest,
} from "../../src/repository/payout-aggregate.ts";
import { error } from "./processor-double.ts";

const START = 1_000_000;
const LEASE_MS = 10_000;
const WINDOW_MS = 60_000;

const circumstances = (
  now: number,
  effect: StepEffect = "MONEY",
  keepsRefusals = true,
): Circumstances => ({
  now,
  chance: 0.5,
  manifest: {
    retry: { firstMs: 500, maxMs: 2000 },
    poll: { firstMs: 500, maxMs: 5000 },
    idempotency: {
      repeat: "REPLAYED",
      maxKeyLength: 36,
      keyPattern: UUID,
      windowMs: WINDOW_MS,
      keepsRefusals,
    },
    notFoundIsProof: false,
  },
  effectOf: () => effect,
  undoOf: () => undefined,
  newKey: () => "undo-key",
});

const step = (ordinal: number, outcome: StepOutcome | null = null, tries = 0): AttemptStep => ({
  ordinal,
  name: `step-${ordinal}`,
  processorKey: `key-${ordinal}`,
  undoes: null,
  outcome,
  tries,
  error: null,
  startTime: tries > 0 ? START : null,
  updateTime: null,
});

function aggregateOf(
  status: PayoutStatus,
  steps: readonly AttemptStep[],
  changes: Partial<PayoutAggregate> = {},
): PayoutAggregate {
  const accepted = steps.every(({ outcome }) => outcome === "ACCEPTED");
  const attempt: Attempt = {
    attemptId: "att",
    number: 1,
    connector: "double",
    state: accepted ? "ACCEPTED" : "RUNNING",
    steps,
    createTime: START,
    endTime: null,
  };
  return {
    payout: {
      merchantId: "mer",
      payoutId: "po",
      merchantPayoutId: null,
      status,
      amount: { minorAmount: 1n, currency: "USD" },
      destinationCurrency: "USD",
      destinationAmount: null,
      connector: "double",
      routing: null,
      connectorReferences: [],
      connectorPayoutId: null,
      recipientId: null,
      disburseAccountId: null,
      payoutMethod: null,
      priority: null,
      fulfillment: "AUTOMATIC",
      description: "",
      metadata: {},
      quote: null,
      linkId: null,
      error: null,
      waitingFor: { reason: "EXECUTION", since: START },
      nextCheckTime: null,
      createTime: START,
      updateTime: START,
      livemode: false,
      version: 1,
    },
    attempts: steps.length === 0 ? [] : [attempt],
    voidRequest: null,
    newsSequence: null,
    link: null,
    job: { runAt: START, tries: 0, lease: null },
    ...changes,
  };
}

const wish = (state: VoidRequest["state"]): VoidRequest => ({
  state,
  processorKey: "void-key",
  reason: "",
  requestTime: START,
  tries: 0,
  error: null,
});

describe("the next move", () => {
  const STATES: readonly (readonly [StepOutcome | null, number])[] = [
    [null, 0],
    [null, 1],
    ["NOT_SENT", 1],
    ["UNKNOWN", 1],
    ["ACCEPTED", 1],
    ["REJECTED", 1],
  ];
  const WISHES = [null, "REQUESTED", "UNKNOWN", "ACCEPTED", "REFUSED", "NOT_SENT"] as const;

  it("is written out for each state of a step and each wish to stop", () => {
    const table: Record<string, string> = {};
    for (const [outcome, tries] of STATES) {
      for (const state of WISHES) {
        const voidRequest = state === null ? null : wish(state);
        const aggregate = aggregateOf("PENDING", [step(0, outcome, tries)], { voidRequest });
        table[`${outcome} ${tries} ${state}`] = nextMove(aggregate, circumstances(START)).kind;
      }
    }
    const row = (name: string, moves: readonly string[]) =>
      WISHES.map((state, index) => [`${name} ${state}`, moves[index]]);
    expect(table).toEqual(
      Object.fromEntries([
        ...row("null 0", ["call", "cancel", "cancel", "poll", "call", "call"]),
        ...row("NOT_SENT 1", ["call", "cancel", "cancel", "poll", "call", "call"]),
        ...row("null 1", ["resolve", "void", "void", "resolve", "resolve", "resolve"]),
        ...row("UNKNOWN 1", ["resolve", "void", "void", "resolve", "resolve", "resolve"]),
        ...row("ACCEPTED 1", ["poll", "void", "void", "poll", "poll", "poll"]),
        // A step that was refused is nothing that can arrive: this wish ends a payout under review
        // only where nothing else was accepted.
        ...row("REJECTED 1", ["poll", "cancel", "cancel", "poll", "poll", "poll"]),
      ]),
    );
  });

  it("is none before its time, without a job, and after the end", () => {
    for (const status of PAYOUT_STATUSES) {
      const due = aggregateOf(status, [step(0)]);
      if (isTerminal(status))
        expect(nextMove(due, circumstances(START))).toEqual({ kind: "settle" });
      expect(nextMove(due, circumstances(START - 1))).toEqual({ kind: "settle" });
      expect(nextMove({ ...due, job: null }, circumstances(START))).toEqual({ kind: "settle" });
    }
  });

  it("is to expire where nothing was ever tried", () => {
    const staged = aggregateOf("REQUIRES_CONFIRMATION", []);
    expect(nextMove(staged, circumstances(START))).toEqual({ kind: "expire" });
    expect(expire(staged, circumstances(START)).payout.status).toBe("EXPIRED");
    const acted = aggregateOf("REQUIRES_CREATION", [step(0)]);
    expect(expire(acted, circumstances(START))).toBe(acted);
  });

  it("takes the steps in order, each after the one before it was accepted", () => {
    const [accepted, fresh] = [step(0, "ACCEPTED", 1), step(1)];
    expect(nextMove(aggregateOf("INITIATED", [accepted, fresh]), circumstances(START))).toEqual({
      kind: "call",
      ordinal: 1,
    });
    for (const outcome of ["UNKNOWN", null] as const) {
      const first = step(0, outcome, 1);
      expect(nextMove(aggregateOf("INITIATED", [first, fresh]), circumstances(START))).toEqual({
        kind: "resolve",
        ordinal: 0,
      });
    }
  });
});

describe("what a processor says", () => {
  const states = PAYOUT_STATUSES.flatMap((from) =>
    PAYOUT_STATUSES.map((to) => [from, to] as const),
  );

  it("moves a payout along the table and no other way, from each status to each", () => {
    for (const [from, to] of states) {
      const before = aggregateOf(from, [step(0, "ACCEPTED", 1)]);
      const after = applyState(before, { status: to }, START + 1);
      const { status } = after.payout;
      expect(status === from || canTransition(from, status), `${from} told ${to}`).toBe(true);
      // Only Transfer confirms.
      const isTransfers = from === "REQUIRES_CONFIRMATION" && to === "REQUIRES_CREATION";
      if (canTransition(from, to) && !isTransfers) expect(status, `${from} told ${to}`).toBe(to);
      if (isTerminal(from) && !canTransition(from, to)) expect(after).toBe(before);
    }
  });

  it("brings a payout to every end in a few looks, from wherever the processor can have it", () => {
    const ends = ["SUCCESS", "FAILED", "CANCELLED", "EXPIRED", "REVERSED"] as const;
    for (const from of PAYOUT_STATUSES) {
      if (isTerminal(from)) continue;
      for (const to of ends) {
        let at = aggregateOf(from, [step(0, "ACCEPTED", 1)]);
        for (let look = 0; look < 3; look += 1) at = applyState(at, { status: to }, START);
        // What was only staged cannot fail.
        const isStaged = from === "REQUIRES_CONFIRMATION" && to === "FAILED";
        expect(at.payout.status, `${from} told ${to}`).toBe(isStaged ? "INELIGIBLE" : to);
      }
    }
  });

  it("goes back to nothing that lies behind it", () => {
    for (const [from, to] of states) {
      if (isTerminal(to) || canTransition(from, to) || from === to) continue;
      if (from === "REQUIRES_VENDOR_ACCOUNT_CREATION") continue;
      // Somebody has moved at the processor what was only staged.
      if (from === "REQUIRES_CONFIRMATION" && (to === "INITIATED" || to === "PENDING")) continue;
      const before = aggregateOf(from, [step(0, "ACCEPTED", 1)]);
      expect(applyState(before, { status: to }, START).payout.status, `${from} told ${to}`).toBe(
        from,
      );
    }
  });

  it("is not taken from older news, save ids", () => {
    const before = aggregateOf("PENDING", [step(0, "ACCEPTED", 1)], { newsSequence: 5 });
    const reference = { kind: "transfer", id: "t-1" };
    const older: ProcessorState = {
      status: "FAILED",
      sequence: 4,
      references: [reference],
      connectorPayoutId: "old",
      destinationAmount: { minorAmount: 9n, currency: "USD" },
    };
    const after = applyState(before, older, START);
    expect(after).toEqual({
      ...before,
      payout: { ...before.payout, connectorReferences: [reference] },
    });
    expect(applyState(after, { ...older, sequence: 5 }, START).payout.status).toBe("FAILED");
  });

  it("says the same in the end in whatever order news come, once or twice", () => {
    const all: readonly ProcessorState[] = [
      { status: "INITIATED", sequence: 1 },
      { status: "PENDING", sequence: 2 },
      { status: "SUCCESS", sequence: 3 },
      { status: "REVERSED", sequence: 4 },
    ];
    const order = fc.shuffledSubarray([...all, ...all], { minLength: 8 });
    fc.assert(
      fc.property(order, (news) => {
        let at = aggregateOf("REQUIRES_CREATION", [step(0, "ACCEPTED", 1)]);
        for (const state of news) at = applyState(at, state, START);
        // What was missed in between, the next look brings.
        for (let look = 0; look < 2; look += 1)
          at = applyState(at, all[3] as ProcessorState, START);
        expect(at.payout.status).toBe("REVERSED");
        expect(at.newsSequence).toBe(4);
      }),
    );
  });
});

describe("a repeat under the same key", () => {
  it("is allowed inside the window, counted from the first call, or where not found is proof", () => {
    const tried = { ...step(0, "UNKNOWN", 3), startTime: START, updateTime: START + 50_000 };
    const at = (now: number) => circumstances(now);
    expect(mayRepeat(tried, at(START + WINDOW_MS - 1))).toBe(true);
    expect(mayRepeat(tried, at(START + WINDOW_MS))).toBe(false);
    const proof = { ...at(START + WINDOW_MS) };
    const manifest = { ...proof.manifest, notFoundIsProof: true };
    expect(mayRepeat(tried, { ...proof, manifest })).toBe(true);
  });
});

describe("a step in doubt that is found", () => {
  it("is in doubt no longer, though its status is one that lies behind the payout's", () => {
    const lost = { kind: "unknown", error: error("LOST") } as const;
    const begun = beginStep(aggregateOf("REQUIRES_CREATION", [step(0)]), 0, START);
    const doubtful = recordOutcome(begun, 0, lost, circumstances(START));
    expect(doubtful.payout).toMatchObject({ status: "PENDING", error: { reason: "LOST" } });
    const found = { kind: "found", value: { status: "INITIATED" } } as const;
    const known = recordLookup(doubtful, 0, found, circumstances(START + 1));
    expect(known.payout).toMatchObject({
      status: "PENDING",
      error: null,
      waitingFor: { reason: "SETTLEMENT", since: START + 1 },
    });
  });
});

describe("an operator's word", () => {
  it("settles a payout under review, and none that the service can still settle by itself", () => {
    for (const status of [
      "REQUIRES_CREATION",
      "REQUIRES_FULFILLMENT",
      "INITIATED",
      "PENDING",
    ] as const) {
      const steps = [step(0, "ACCEPTED", 1), step(1, "REJECTED", 1)];
      const waiting = aggregateOf(status, steps);
      const under = (reason: WaitingReason): PayoutAggregate => ({
        ...waiting,
        payout: { ...waiting.payout, waitingFor: { reason, since: START } },
      });
      for (const [resolution, end] of [
        ["PAID", "SUCCESS"],
        ["NOT_PAID", "FAILED"],
      ] as const) {
        const settled = settleUnleased(resolveReview(under("REVIEW"), resolution, START), START);
        expect(settled).toMatchObject({ payout: { status: end, waitingFor: null }, job: null });
        for (const reason of [
          "EXECUTION",
          "OUTCOME_UNKNOWN",
          "SETTLEMENT",
          "VOID_REQUESTED",
        ] as const) {
          expect(() => resolveReview(under(reason), resolution, START)).toThrow(ServiceError);
        }
      }
    }
  });
});

describe("pauses", () => {
  it("double up to the cap, then a fifth at most comes by chance", () => {
    const backoff = { firstMs: 500, maxMs: 5000 };
    expect([0, 1, 2, 3, 4, 1000].map((tries) => pauseMs(backoff, tries, 0))).toEqual([
      500, 1000, 2000, 4000, 5000, 5000,
    ]);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tries, chance) => {
          const pause = pauseMs(backoff, tries, chance);
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(500);
          expect(pause).toBeLessThanOrEqual(6000);
        },
      ),
    );
  });
});

/** What happens in a random history. `between` comes after a call was begun and before its answer. */
type Command =
  | {
      readonly kind: "work";
      readonly answer: Answer;
      readonly between: readonly Outside[];
      readonly crash: boolean;
    }
  | Outside;
type Outside =
  | { readonly kind: "news"; readonly ordinal: number; readonly state: ProcessorState }
  | { readonly kind: "wish" }
  | { readonly kind: "time"; readonly ms: number };
interface Answer {
  readonly call: Outcome<ProcessorState>;
  readonly lookup: LookupResult<ProcessorState>;
  readonly wish: VoidOutcome;
}

/** Drives the decisions as the runner does, and holds every single change to the laws. */
class History {
  now = START;
  current: PayoutAggregate;
  readonly #effect: StepEffect;
  readonly #keepsRefusals: boolean;
  /** Steps that the processor may have, after what was begun and what was answered. */
  readonly #mayBeThere = new Set<number>();

  constructor(steps: number, effect: StepEffect, keepsRefusals: boolean) {
    const plan = Array.from({ length: steps }, (_, ordinal) => step(ordinal));
    this.current = aggregateOf("REQUIRES_CREATION", plan);
    this.#effect = effect;
    this.#keepsRefusals = keepsRefusals;
  }

  run(command: Command): void {
    switch (command.kind) {
      case "time":
        this.now += command.ms;
        return;
      case "news":
        this.#news(command.ordinal, command.state);
        return;
      case "wish":
        this.#wish();
        return;
      case "work":
        this.#work(command);
        return;
    }
  }

  get #circumstances(): Circumstances {
    return circumstances(this.now, this.#effect, this.#keepsRefusals);
  }

  /** Whether the processor may have something that could pay. */
  get #mayPay(): boolean {
    return this.#effect !== "NOTHING" && this.#mayBeThere.size > 0;
  }

  #news(ordinal: number, state: ProcessorState): void {
    const { steps } = currentAttempt(this.current) ?? { steps: [] };
    // A processor has news of what it was told, and of nothing else.
    if (ordinal >= steps.length || !this.#mayBeThere.has(ordinal)) return;
    const next = recordLookup(
      this.current,
      ordinal,
      { kind: "found", value: state },
      this.#circumstances,
    );
    this.#set(settleNews(this.current, next, this.now), { mayFail: saysNo(state) });
  }

  #wish(): void {
    const attempt = currentAttempt(this.current);
    const leased = this.current.job !== null && isLeased(this.current.job, this.now);
    try {
      const wished = requestVoid(
        this.current,
        { processorKey: "v", reason: "" },
        this.now,
        () => this.#effect,
      );
      if (wished.payout.status === "CANCELLED") {
        expect(this.#mayPay, "stopped here, though something may have arrived").toBe(false);
        expect(leased && attempt !== undefined).toBe(false);
      }
      this.#set(settleUnleased(wished, this.now));
    } catch (refusal) {
      expect(refusal).toBeInstanceOf(ServiceError);
      expect(isTerminal(this.current.payout.status)).toBe(true);
    }
  }

  /** The holder of the job: claims it, makes one move, records it or dies. */
  #work({ answer, between, crash }: Extract<Command, { kind: "work" }>): void {
    const { job } = this.current;
    if (job === null) return;
    this.now = Math.max(this.now, job.runAt, job.lease?.until ?? 0);
    const lease = { token: String(this.now), until: this.now + LEASE_MS };
    const leased = takeLease(this.current, lease, this.now);
    if (leased === null) throw new Error("a free job cannot be taken");
    this.#set(leased);
    const move = nextMove(this.current, this.#circumstances);
    const record = this.#begin(move, answer);
    if (record === null) return;
    for (const each of between) this.run(each);
    if (crash) {
      this.now += LEASE_MS;
      return;
    }
    record();
    this.#release();
  }

  /** Stores the intent of a move; the function that records what came of it. */
  #begin(move: Move, { call, lookup, wish: wishEnd }: Answer): (() => void) | null {
    const close = (next: PayoutAggregate, mayFail = false) =>
      this.#set(settleLease(next, this.now), { mayFail });
    const failsBy = (state: ProcessorState | undefined) => state !== undefined && saysNo(state);
    const found = lookup.kind === "found" ? lookup.value : undefined;
    switch (move.kind) {
      case "settle":
        return () => close(this.current);
      case "withdraw":
        throw new Error("nothing is staged here");
      case "expire":
        return () => close(expire(this.current, this.#circumstances));
      case "cancel":
        expect(this.#mayPay, "cancelled here, though something may have arrived").toBe(false);
        return () => close(cancelHere(this.current, this.now));
      case "void":
        this.#set(beginVoid(this.current));
        return () => close(recordVoid(this.current, wishEnd, this.#circumstances));
      case "poll":
        return () =>
          close(recordLookup(this.current, null, lookup, this.#circumstances), failsBy(found));
      case "resolve": {
        const { ordinal } = move;
        if (lookup.kind === "not_found") {
          const stopping = this.current.voidRequest?.state === "ACCEPTED";
          if (!stopping && mayRepeat(stepOf(this.current, ordinal), this.#circumstances)) {
            return this.#send(ordinal, call);
          }
          return () => close(recordNotFound(this.current, ordinal, this.#circumstances));
        }
        return () => {
          if (found !== undefined) this.#mayBeThere.add(ordinal);
          close(recordLookup(this.current, ordinal, lookup, this.#circumstances), failsBy(found));
        };
      }
      case "call":
        return this.#send(move.ordinal, call);
    }
  }

  #send(ordinal: number, call: Outcome<ProcessorState>): () => void {
    const inDoubt = isInDoubt(stepOf(this.current, ordinal));
    this.#set(beginStep(this.current, ordinal, this.now));
    expect(isInDoubt(stepOf(this.current, ordinal))).toBe(true);
    this.#mayBeThere.add(ordinal);
    return () => {
      // A no to the first call of all, or one that the processor has kept under the key.
      const isProof =
        call.kind === "rejected" && (this.#keepsRefusals || this.#effect === "NOTHING");
      const isFirstNo = (call.kind === "rejected" || call.kind === "not_sent") && !inDoubt;
      const isNo = isProof || isFirstNo;
      const isKnown = stepOf(this.current, ordinal).outcome === "ACCEPTED";
      if (isNo && !isKnown) this.#mayBeThere.delete(ordinal);
      const mayFail =
        (isNo && call.kind === "rejected") || (call.kind === "accepted" && saysNo(call.value));
      this.#set(
        settleLease(recordOutcome(this.current, ordinal, call, this.#circumstances), this.now),
        { mayFail },
      );
    };
  }

  /** The runner goes on while it holds the lease; here it hands the job back between moves. */
  #release(): void {
    const { job } = this.current;
    if (job?.lease) this.current = { ...this.current, job: { ...job, lease: null } };
  }

  #set(next: PayoutAggregate, { mayFail = false } = {}): void {
    const before = this.current;
    const [from, to] = [before.payout.status, next.payout.status];
    expect(from === to || canTransition(from, to), `${from} to ${to}`).toBe(true);
    if (from !== to && to === "FAILED") expect(mayFail, "failed without a definite no").toBe(true);

    const held = next.job !== null && isLeased(next.job, this.now);
    // It was paid, has failed late, and what stands of it is taken back, or given to a person.
    const isUndone = to === "SUCCESS" && currentAttempt(next)?.state === "UNDOING";
    if (isUndone) {
      expect(["UNDOING", "REVIEW"]).toContain(next.payout.waitingFor?.reason);
      expect(next.job, "work without a job").not.toBeNull();
    } else if (isTerminal(to)) {
      expect(next.payout.waitingFor).toBeNull();
      expect(next.voidRequest).toBeNull();
      if (!held) expect(next.job, "a job without work").toBeNull();
      expect(next.payout.error?.category, "an end that is not known").not.toBe("OUTCOME_UNKNOWN");
    } else {
      expect(next.job, "work without a job").not.toBeNull();
      expect(Number.isInteger(next.job?.runAt)).toBe(true);
      expect(next.payout.waitingFor, "waits for nothing").not.toBeNull();
    }

    expect(next.attempts.filter(({ state }) => state !== "DEAD").length).toBeLessThanOrEqual(1);
    expect(next.attempts).toHaveLength(1);
    const attempt = currentAttempt(next);
    if (attempt === undefined) throw new Error("the attempt is gone");
    if (attempt.state === "DEAD") expect(isTerminal(to), "dead, and yet it goes on").toBe(true);
    for (const [index, now] of attempt.steps.entries()) {
      const was = stepOf(before, index);
      expect(now.processorKey).toBe(was.processorKey);
      expect(now.tries).toBeGreaterThanOrEqual(was.tries);
      if (was.outcome === "ACCEPTED") expect(now.outcome, "no longer accepted").toBe("ACCEPTED");
      if (was.outcome === "UNKNOWN") expect(now.outcome, "surely unsent?").not.toBe("NOT_SENT");
      if (now.tries > was.tries) {
        expect(isTerminal(from), "sent after the end").toBe(false);
        const earlier = attempt.steps.slice(0, index);
        expect(earlier.every(({ outcome }) => outcome === "ACCEPTED")).toBe(true);
        expect(before.voidRequest?.state, "sent though the stop was taken").not.toBe("ACCEPTED");
      }
    }
    if (this.#mayPay && !isTerminal(to)) {
      expect(
        surelyUnsent(attempt, () => this.#effect),
        "taken for unsent",
      ).toBe(false);
    }
    this.current = next;
  }
}

/** A no is a no, whichever of its words the payout's status knows. */
const saysNo = ({ status }: ProcessorState) => status === "FAILED" || status === "INELIGIBLE";

const state: fc.Arbitrary<ProcessorState> = fc
  .record({
    status: fc.constantFrom(...PAYOUT_STATUSES),
    sequence: fc.option(fc.nat(6), { nil: undefined }),
    error: fc.option(fc.constant(error("SAID")), { nil: undefined }),
  })
  .map(({ status, sequence, error: said }) => ({
    status,
    ...(sequence === undefined ? {} : { sequence }),
    ...(said === undefined ? {} : { error: said }),
  }));
const failure = <K extends string>(kind: K) => fc.constant({ kind, error: error(kind) });
const answer: fc.Arbitrary<Answer> = fc.record({
  call: fc.oneof(
    state.map((value) => ({ kind: "accepted" as const, value })),
    failure("not_sent" as const),
    failure("rejected" as const),
    failure("unknown" as const),
  ),
  lookup: fc.oneof(
    state.map((value) => ({ kind: "found" as const, value })),
    fc.constant({ kind: "not_found" as const }),
    failure("unreachable" as const),
  ),
  wish: fc.oneof(
    fc.constant({ kind: "done" as const }),
    fc.constant({ kind: "requested" as const }),
    fc.constant({ kind: "not_found" as const }),
    failure("refused" as const),
    failure("not_sent" as const),
    failure("unknown" as const),
  ),
});
const outside: fc.Arbitrary<Outside> = fc.oneof(
  fc.record({ kind: fc.constant("news" as const), ordinal: fc.nat(1), state }),
  fc.constant({ kind: "wish" as const }),
  fc.record({
    kind: fc.constant("time" as const),
    ms: fc.oneof(fc.nat(1000), fc.nat(2 * LEASE_MS), fc.nat(2 * WINDOW_MS)),
  }),
);
const work: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant("work" as const),
  answer,
  between: fc.array(outside, { maxLength: 2 }),
  crash: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const command = fc.oneof({ weight: 3, arbitrary: work }, outside);

describe("any history of a payout", () => {
  it.each([
    [1, "MONEY", true],
    [2, "MONEY", true],
    [1, "HOLD", true],
    [2, "HOLD", true],
    [1, "MONEY", false],
    [2, "MONEY", false],
    [2, "NOTHING", false],
  ] as const)(
    "of %i steps (leaving %s, refusals kept: %s) breaks no law",
    (steps, effect, keepsRefusals) => {
      fc.assert(
        fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
          const history = new History(steps, effect, keepsRefusals);
          for (const each of commands) history.run(each);
        }),
        { numRuns: 1500 },
      );
    },
  );
});
