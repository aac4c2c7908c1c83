import type {
  Connector,
  LookupResult,
  Outcome,
  ProcessorState,
  VoidOutcome,
} from "../connectors/connector.ts";
import type { ClaimedJob } from "../repository/job.ts";
import { currentAttempt, type PayoutAggregate } from "../repository/payout-aggregate.ts";
import {
  type ChangeOptions,
  type Destination,
  LeaseLostError,
  type PayoutRef,
} from "../repository/repository.ts";
import { CALL_ENDS, callConnector, callTerms, LOOKUP_ENDS } from "./call-connector.ts";
import {
  beginStep,
  type EffectOf,
  isInDoubt,
  mayHaveArrived,
  openStep,
  stepOf,
} from "./decisions/attempts.ts";
import type { Circumstances } from "./decisions/circumstances.ts";
import { expire } from "./decisions/expire.ts";
import { fallBack, mayFallBack } from "./decisions/fallback.ts";
import { type Move, nextMove } from "./decisions/next-move.ts";
import {
  isSentAgain,
  recordLookup,
  recordNotFound,
  recordOutcome,
} from "./decisions/record-outcome.ts";
import { beginVoid, cancelHere, recordVoid, withdraw } from "./decisions/record-void.ts";
import { isLeased, settleLease } from "./decisions/schedule.ts";
import { mayHaveStopped } from "./decisions/voiding.ts";
import type { EngineContext } from "./engine-context.ts";
import { instruction } from "./instruction.ts";
import { planNext } from "./plan-next.ts";
import { newProcessorKey } from "./processor-key.ts";

/** A payout that takes more moves in one go than this is handed back to the table: bounds a loop. */
const MAX_MOVES = 32;

export interface RunOptions {
  /** The step whose beginning was stored together with the lease; its call is made at once. */
  readonly begun?: number;
  /** Closed with the payout as it is when the first outcome is recorded. */
  readonly close?: NonNullable<ChangeOptions["close"]>;
}

/**
 * Works on one payout under a lease until nothing is due. Every call to the processor happens
 * outside any transaction: its intent is stored before, its outcome after, fenced by the lease.
 *
 * @throws LeaseLostError when somebody else has taken over; what was not recorded is theirs
 */
export async function runPayout(
  context: EngineContext,
  job: ClaimedJob,
  options: RunOptions = {},
): Promise<void> {
  const ref: PayoutRef = { merchantId: job.merchantId, payoutId: job.subjectId };
  const found = await context.repository.payouts.find(ref.merchantId, ref);
  if (found === null) return;
  const run = new PayoutRun(context, job, ref, found);
  await run.finish(options);
}

class PayoutRun {
  readonly #context: EngineContext;
  readonly #job: ClaimedJob;
  readonly #ref: PayoutRef;
  #current: PayoutAggregate;
  /** Taken by the first record, whatever it is. */
  #close: RunOptions["close"];

  constructor(context: EngineContext, job: ClaimedJob, ref: PayoutRef, current: PayoutAggregate) {
    this.#context = context;
    this.#job = job;
    this.#ref = ref;
    this.#current = current;
  }

  async finish({ begun, close }: RunOptions): Promise<void> {
    this.#close = close;
    // What was begun is sent only while it is ours: after a pause somebody else may have done it.
    if (begun !== undefined && this.#holdsLease()) {
      await this.#send(begun, await this.#destination());
    }
    for (let moves = 0; moves < MAX_MOVES && this.#holdsLease(); moves += 1) {
      await this.#move();
    }
    if (this.#holdsLease()) {
      const now = this.#context.clock.now();
      await this.#record((current) => releaseLease(current, now + 1000));
    }
  }

  #holdsLease(): boolean {
    return this.#current.job?.lease?.token === this.#job.token;
  }

  async #move(): Promise<void> {
    const move = nextMove(this.#current, this.#circumstances());
    switch (move.kind) {
      case "settle":
        return this.#record((current) => current);
      case "expire":
        return this.#record(expire);
      case "withdraw":
        return this.#withdraw();
      case "cancel":
        return this.#record((current, { now }) => cancelHere(current, now));
      case "void":
        return this.#void();
      case "call":
        return this.#call(move.ordinal);
      case "resolve":
        return this.#resolve(move.ordinal);
      case "poll": {
        const result = await this.#lookup(null);
        return this.#record((current, circumstances) =>
          recordLookup(current, null, result, circumstances),
        );
      }
    }
  }

  /**
   * Stores that a step is being called, then calls it. News or a wish to stop may have come since the
   * move was chosen: then nothing is begun, and the next move is read from what is stored now.
   */
  async #call(ordinal: number): Promise<void> {
    const circumstances = this.#circumstances();
    // Read first: a payout whose data cannot be read was never called.
    const destination = await this.#destination();
    const { tries } = stepOf(this.#current, ordinal);
    await this.#change(
      (current) =>
        sends(nextMove(current, circumstances), ordinal)
          ? beginStep(current, ordinal, circumstances.now)
          : current,
      { closes: false },
    );
    if (stepOf(this.#current, ordinal).tries > tries) await this.#send(ordinal, destination);
  }

  /**
   * Calls a step whose beginning is stored, and records how it ended.
   *
   * @throws LeaseLostError when the process was stopped meanwhile for so long that its lease is over:
   *   somebody else may have sent it since, and the key's window may have passed
   */
  async #send(ordinal: number, destination: Destination): Promise<void> {
    const { job } = this.#current;
    if (job === null || !isLeased(job, this.#context.clock.now())) throw new LeaseLostError();
    const step = stepOf(this.#current, ordinal);
    const connector = this.#connector();
    const outcome = await callConnector<Outcome<ProcessorState>>(
      this.#terms(),
      step.name,
      (signal) =>
        connector.callStep({
          step: step.name,
          processorKey: step.processorKey,
          payout: instruction(this.#current, destination),
          references: this.#current.payout.connectorReferences,
          processorKeys: this.#processorKeys(),
          signal,
        }),
      CALL_ENDS,
    );
    if (await this.#fallBack(ordinal, outcome, destination)) return;
    await this.#record((current, circumstances) =>
      recordOutcome(current, ordinal, outcome, circumstances),
    );
  }

  /** Goes to the next connector where that is safe; false when it is not, and nothing is recorded. */
  async #fallBack(
    ordinal: number,
    outcome: Outcome<ProcessorState>,
    destination: Destination,
  ): Promise<boolean> {
    const circumstances = this.#circumstances();
    if (!mayFallBack(this.#current, ordinal, outcome, circumstances)) return false;
    const planned = planNext(this.#context, this.#current, destination);
    if (planned === null) return false;
    const left = currentAttempt(this.#current)?.attemptId;
    // Not the answer to the caller: that is what comes of the new attempt.
    await this.#change(
      (current) => fallBack(current, ordinal, outcome, planned, circumstances) ?? current,
      { closes: false },
    );
    return currentAttempt(this.#current)?.attemptId !== left;
  }

  /** Looks a step of unknown outcome up, and repeats it under its key where that is safe. */
  async #resolve(ordinal: number): Promise<void> {
    const step = stepOf(this.#current, ordinal);
    const result = await this.#lookup(step.name);
    if (result.kind === "not_found") {
      const again = isSentAgain(this.#current, step, this.#circumstances());
      if (again) return this.#call(ordinal);
      return this.#record((current, circumstances) =>
        recordNotFound(current, ordinal, circumstances),
      );
    }
    await this.#record((current, circumstances) =>
      recordLookup(current, ordinal, result, circumstances),
    );
  }

  async #void(): Promise<void> {
    const connector = this.#connector();
    // The answer was lost: the payout may have ended since, and then there is nothing to stop.
    if (this.#current.voidRequest?.state === "UNKNOWN") await this.#lookFirst();
    const stopAsked = mayHaveStopped(this.#current.voidRequest);
    await this.#change(beginVoid);
    const { voidRequest } = this.#current;
    if (voidRequest === null) return this.#record((current) => current);
    const outcome: VoidOutcome =
      connector.void === undefined
        ? { kind: "refused", error: CANNOT_VOID }
        : await callConnector<VoidOutcome>(
            this.#terms(),
            "void",
            (signal) =>
              // biome-ignore lint/style/noNonNullAssertion: checked right above
              connector.void!({
                payoutId: this.#ref.payoutId,
                step: null,
                processorKey: voidRequest.processorKey,
                references: this.#current.payout.connectorReferences,
                processorKeys: this.#processorKeys(),
                stopAsked,
                notDone: notDone(this.#current),
                signal,
              }),
            CALL_ENDS,
          );
    await this.#record((current, circumstances) => recordVoid(current, outcome, circumstances));
  }

  /** A staged payout's time is up. The processor may have let go of it by itself. */
  async #withdraw(): Promise<void> {
    await this.#lookFirst();
    const processorKey = newProcessorKey(this.#context);
    await this.#record((current, { now }) => withdraw(current, processorKey, now));
  }

  async #lookFirst(): Promise<void> {
    const attempt = currentAttempt(this.#current);
    const open = attempt && openStep(attempt);
    const step = open !== undefined && isInDoubt(open) ? open : null;
    const result = await this.#lookup(step?.name ?? null);
    if (result.kind !== "found") return;
    const circumstances = this.#circumstances();
    await this.#change((current) =>
      recordLookup(current, step?.ordinal ?? null, result, circumstances),
    );
  }

  #lookup(step: string | null): Promise<LookupResult<ProcessorState>> {
    return lookupPayout(this.#context, this.#current, step);
  }

  async #destination(): Promise<Destination> {
    const destination = await this.#context.repository.payouts.destination(this.#ref);
    if (destination === null) throw new Error("a payout without a destination");
    return destination;
  }

  #processorKeys(): Readonly<Record<string, string>> {
    return processorKeys(this.#current);
  }

  #connector(): Connector {
    return connectorOf(this.#context, this.#current);
  }

  #terms() {
    return callTerms(this.#context, this.#ref.merchantId, this.#connector());
  }

  #circumstances(): Circumstances {
    return circumstancesOf(this.#context, this.#current);
  }

  /** Records what came of a move, and gives the job back when nothing more is due. */
  async #record(
    decide: (current: PayoutAggregate, circumstances: Circumstances) => PayoutAggregate,
  ): Promise<void> {
    const circumstances = this.#circumstances();
    await this.#change((current) => settleLease(decide(current, circumstances), circumstances.now));
  }

  async #change(
    decide: (current: PayoutAggregate) => PayoutAggregate,
    { closes } = { closes: true },
  ): Promise<void> {
    const close = closes ? this.#close : undefined;
    if (closes) this.#close = undefined;
    const changed = await this.#context.repository.payouts.change(
      this.#ref,
      { lease: this.#job.token, close: close ?? null },
      decide,
    );
    if (changed.kind === "stored") this.#current = changed.aggregate;
  }
}

/** Whether a move is to send this step, for the first time or again. */
function sends(move: Move, ordinal: number): boolean {
  return (move.kind === "call" || move.kind === "resolve") && move.ordinal === ordinal;
}

/** Asks the processor how a payout, or one step of it, stands. */
export function lookupPayout(
  context: EngineContext,
  aggregate: PayoutAggregate,
  step: string | null,
): Promise<LookupResult<ProcessorState>> {
  const connector = connectorOf(context, aggregate);
  return callConnector<LookupResult<ProcessorState>>(
    callTerms(context, aggregate.payout.merchantId, connector),
    "lookup",
    (signal) =>
      connector.lookup({
        payoutId: aggregate.payout.payoutId,
        step,
        references: aggregate.payout.connectorReferences,
        processorKeys: processorKeys(aggregate),
        stopAsked: mayHaveStopped(aggregate.voidRequest),
        signal,
      }),
    LOOKUP_ENDS,
  );
}

/** The circumstances of a decision about this payout, now. */
export function circumstancesOf(context: EngineContext, aggregate: PayoutAggregate): Circumstances {
  const connector = connectorOf(context, aggregate);
  return {
    now: context.clock.now(),
    chance: context.chance(),
    manifest: connector.manifest,
    effectOf: (step) => connector.effectOf(step),
    undoOf: (step) => connector.undoOf?.(step),
    newKey: () => newProcessorKey(context),
  };
}

/**
 * What the steps of a payout leave behind. Of a connector that is not built in any more nothing is
 * known: whatever was sent to it may have moved money.
 */
export function effectsOf(
  { connectors }: Pick<EngineContext, "connectors">,
  { payout }: Pick<PayoutAggregate, "payout">,
): EffectOf {
  const connector = connectors.get(payout.connector);
  return (step) => connector?.effectOf(step) ?? "MONEY";
}

function connectorOf({ connectors }: EngineContext, { payout }: PayoutAggregate): Connector {
  const connector = connectors.get(payout.connector);
  if (connector === undefined) throw new Error("the payout's connector is not built in");
  return connector;
}

function processorKeys(aggregate: PayoutAggregate): Readonly<Record<string, string>> {
  const steps = currentAttempt(aggregate)?.steps ?? [];
  return Object.fromEntries(steps.map(({ name, processorKey }) => [name, processorKey]));
}

/** Steps of the current attempt that surely have not arrived: nothing is sent while a wish to stop stands. */
function notDone(aggregate: PayoutAggregate): readonly string[] {
  const steps = currentAttempt(aggregate)?.steps ?? [];
  return steps.filter((step) => !mayHaveArrived(step)).map(({ name }) => name);
}

function releaseLease(aggregate: PayoutAggregate, runAt: number): PayoutAggregate {
  const { job } = aggregate;
  return job === null ? aggregate : { ...aggregate, job: { ...job, runAt, lease: null } };
}

const CANNOT_VOID = {
  category: "CONFIGURATION",
  reason: "VOID_UNSUPPORTED",
  message: "The connector cannot stop payouts.",
} as const;
