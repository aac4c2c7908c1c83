import type {
  Connector,
  ConnectorManifest,
  Instruction,
  LookupInput,
  LookupResult,
  OperationOn,
  Outcome,
  ProcessorNews,
  ProcessorState,
  StepEffect,
  StepInput,
  VoidInput,
  VoidOutcome,
} from "../../src/connectors/connector.ts";
import { VISIBLE } from "../../src/connectors/toolkit/keys.ts";
import type { PayoutError, PayoutStatus } from "../../src/domain/payout.ts";
import { PAYOUT_METHOD_KINDS } from "../../src/domain/payout-method/index.ts";
import type { Scheduler, SimulatedProcess } from "./scheduler.ts";

/** A transfer in the processor's books: what really happened to the money. */
export interface LedgerTransfer {
  readonly id: string;
  readonly key: string;
  readonly payoutId: string;
  readonly minorAmount: bigint;
  /** OPEN waits for whoever claims it by its link, until it is LAPSED. */
  state:
    | "OPEN"
    | "LAPSED"
    | "STAGED"
    | "HELD"
    | "PENDING"
    | "SETTLED"
    | "FAILED"
    | "RETURNED"
    | "CANCELLED";
  sequence: number;
  /** Whether it was ever paid. */
  settled: boolean;
}

/** Money that was moved to where a payout is paid from, and what came of it. */
export interface LedgerFund {
  readonly key: string;
  readonly payoutId: string;
  /** How often it was taken back: more than once is somebody else's money. */
  takenBack: number;
}

/** What the processor wants of its callers; each is another way to make a payout. */
export interface Shape {
  /** Asks for a quote first, which may be refused. */
  readonly quotes: boolean;
  /** Moves the money to an account first, and pays from there. */
  readonly funds: boolean;
  /** Keeps staged payouts itself. */
  readonly stages: boolean;
}

/** How badly the processor and the network behave; probabilities in [0, 1]. */
export interface Mischief {
  /** The connection is refused. */
  readonly refused: number;
  /** The request never arrives, and the caller does not know. */
  readonly lostRequest: number;
  /** The request arrives, its answer does not. */
  readonly lostReply: number;
  /** The request arrives only after the caller has given up. */
  readonly late: number;
  /** The processor says that it wants to be asked later. */
  readonly later: number;
  /** A definite no. */
  readonly declined: number;
  /** The transfer fails after it was accepted. */
  readonly fails: number;
  /** The transfer is returned, or fails, after it was settled. */
  readonly returned: number;
  /** News is lost; the look-up has to find out. */
  readonly lostNews: number;
  /** News comes twice. */
  readonly repeatedNews: number;
}

export const HONEST: Mischief = {
  refused: 0,
  lostRequest: 0,
  lostReply: 0,
  late: 0,
  later: 0,
  declined: 0,
  fails: 0,
  returned: 0,
  lostNews: 0,
  repeatedNews: 0,
};

/** What a processor promises of its keys, as its documents would. */
export interface KeyPromise {
  /** The key's window: past it the same key pays again (milliseconds). */
  readonly windowMs: number;
  /** Whether a refusal is remembered as well; otherwise the same key may be accepted later. */
  readonly keepsRefusals: boolean;
}

/** A connection on which nothing comes for so long is closed (milliseconds). */
const IDLE_MS = 5 * 60_000;

const MANIFEST: Omit<ConnectorManifest, "name" | "idempotency"> = {
  displayName: "A processor that lies, stalls, drops and repeats",
  testOnly: true,
  operations: {
    CREATE: { support: "PROCESSOR", note: "" },
    TRANSFER: { support: "PROCESSOR", note: "" },
    GET: { support: "PROCESSOR", note: "" },
    VOID: { support: "PROCESSOR", note: "" },
    STAGE: { support: "SERVICE", note: "" },
    CREATE_LINK: { support: "PROCESSOR", note: "" },
    CREATE_RECIPIENT: { support: "SERVICE", note: "" },
    ENROLL_DISBURSE_ACCOUNT: { support: "SERVICE", note: "" },
  },
  methods: PAYOUT_METHOD_KINDS,
  currencies: "all",
  links: { minMs: 60_000, maxMs: 60_000, stepMs: 60_000 },
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: null,
  retry: { firstMs: 500, maxMs: 10_000 },
  poll: { firstMs: 500, maxMs: 30_000 },
  circuit: { failures: 4, open: { firstMs: 1000, maxMs: 15_000 } },
};

/**
 * A payment processor with its network, in one place so that it can misbehave by script: its books
 * are the truth that the service is judged by.
 */
export class LyingProcessor {
  readonly books: LedgerTransfer[] = [];
  readonly funds: LedgerFund[] = [];
  /** Keys of questions that were answered, and of what was taken back. */
  readonly #answered = new Set<string>();
  readonly #undone = new Map<string, number>();
  readonly declined = new Set<string>();
  mischief: Mischief;
  readonly #scheduler: Scheduler;
  /** The processor outlives the service's processes. */
  readonly #self: SimulatedProcess;
  /** Keys still remembered, by key. */
  readonly #remembered = new Map<string, { transfer: LedgerTransfer; at: number }>();
  /** What the processor still has to do by itself: late requests, settlements, news. */
  busy = 0;
  /** Counts what was written into the books. */
  entries = 0;
  /** Where news goes just now; null while no service is up. */
  deliver: ((news: ProcessorNews) => Promise<unknown>) | null = null;

  /** The connector's name, and the name of its process. */
  readonly name: string;
  readonly #promise: KeyPromise;
  readonly #shape: Shape;

  constructor(
    scheduler: Scheduler,
    name: string,
    promise: KeyPromise,
    shape: Shape,
    mischief: Mischief,
  ) {
    this.#scheduler = scheduler;
    this.name = name;
    this.#promise = promise;
    this.#shape = shape;
    this.#self = scheduler.process(`processor ${name}`);
    this.mischief = mischief;
  }

  /** The connector of one service process: it sees the processor only through the network. */
  connector(service: SimulatedProcess): Connector {
    return {
      connectorAccountId: null,
      manifest: {
        ...MANIFEST,
        name: this.name,
        idempotency: {
          repeat: "REPLAYED",
          maxKeyLength: 64,
          keyPattern: VISIBLE,
          ...this.#promise,
        },
      },
      plan: (operation, payout) => this.#plan(operation, payout),
      effectOf: (step) => EFFECTS[step] ?? "MONEY",
      undoOf: (step) => (step === "fund" ? "unfund" : undefined),
      callStep: (input) => this.#callStep(service, input),
      lookup: (input) => this.#lookup(service, input),
      void: (input) => this.#void(service, input),
    };
  }

  #plan(operation: OperationOn<Instruction>, { fulfillment }: Instruction): readonly string[] {
    const { quotes, funds, stages } = this.#shape;
    const isHeld = fulfillment === "MANUAL";
    if (operation === "link") return ["link"];
    if (operation === "transfer") return [isHeld ? "release" : "approve"];
    const question = quotes ? ["quote"] : [];
    if (operation === "stage") return stages ? [...question, "stage"] : [];
    if (isHeld) return [...question, "hold"];
    return [...question, ...(funds ? ["fund", "pay"] : ["transfer"])];
  }

  async #callStep(
    service: SimulatedProcess,
    input: StepInput<Instruction>,
  ): Promise<Outcome<ProcessorState>> {
    const { random } = this.#scheduler;
    const { refused, lostRequest, lostReply, late, later, declined } = this.mischief;
    const { step, processorKey: key, payout, processorKeys } = input;
    const opened = this.#scheduler.now();
    await service.seam(`send ${step} ${payout.payoutId.slice(-4)}`);
    // Whoever was stopped between opening a connection and sending finds it closed.
    if (this.#scheduler.now() - opened > IDLE_MS) return { kind: "unknown", error: NO_ANSWER };
    if (random.happens(refused)) return { kind: "not_sent", error: REFUSED };
    if (random.happens(later)) {
      const afterMs = random.between(0, 20_000);
      const waits = random.happens(0.5) ? { status: VENDOR } : {};
      return { kind: "not_sent", error: LATER, later: { afterMs, ...waits } };
    }
    if (random.happens(lostRequest)) return this.#silence(input.signal);
    const decline = random.happens(declined);
    const act = (): ProcessorState | null => {
      const { payoutId, amount } = payout;
      switch (step) {
        case "quote":
          return this.#answer(key, decline);
        case "fund":
          return this.#fund(key, payoutId, decline);
        case "unfund":
          return this.#unfund(processorKeys["fund"] ?? "", key);
        case "release":
          return stateOrNull(this.#release(processorKeys["hold"] ?? "", decline, key));
        case "approve":
          return stateOrNull(this.#release(processorKeys["stage"] ?? "", decline, key));
        default: {
          if (step === "pay" && !this.#isFunded(processorKeys["fund"])) return null;
          const { minorAmount } = amount;
          const kept = KEPT[step] ?? "PENDING";
          return stateOrNull(this.#accept(key, payoutId, minorAmount, kept, decline));
        }
      }
    };
    if (random.happens(late)) {
      const delay = random.between(1, 120) * 1000;
      this.#within(delay, () => {
        this.#scheduler.note(`processor: takes a late ${step} ${payout.payoutId.slice(-4)}`);
        act();
      });
      return this.#silence(input.signal);
    }
    // What has arrived is taken, sooner or later: until then the world is not at rest.
    this.busy += 1;
    await this.#self.seam(`take ${step} ${payout.payoutId.slice(-4)}`);
    this.busy -= 1;
    const taken = act();
    if (random.happens(lostReply)) return this.#silence(input.signal);
    await service.seam(`reply ${step} ${payout.payoutId.slice(-4)}`);
    if (taken === null) return { kind: "rejected", error: refusalOf(key) };
    return { kind: "accepted", value: taken };
  }

  async #lookup(
    service: SimulatedProcess,
    { processorKeys, step, signal }: LookupInput,
  ): Promise<LookupResult<ProcessorState>> {
    const { random } = this.#scheduler;
    await service.seam("look up");
    if (random.happens(this.mischief.refused)) return { kind: "unreachable", error: REFUSED };
    if (random.happens(this.mischief.lostRequest)) {
      const { error } = await this.#silence(signal);
      return { kind: "unreachable", error };
    }
    await this.#self.seam("answer look-up");
    const value = this.#find(processorKeys, step);
    await service.seam("look-up answered");
    return value === null ? { kind: "not_found" } : { kind: "found", value };
  }

  #find(keys: Readonly<Record<string, string>>, step: string | null): ProcessorState | null {
    const isFunded = this.funds.some(({ key }) => key === keys["fund"]);
    switch (step) {
      case "quote":
        return this.#answered.has(keys["quote"] ?? "") ? GO_ON : null;
      case "fund":
        return isFunded ? GO_ON : null;
      case "unfund":
        return this.#undone.has(keys["unfund"] ?? "") ? GO_ON : null;
      default: {
        const all = Object.values(keys);
        const transfer = this.books.find(({ key }) => all.includes(key));
        if (transfer === undefined) return step === null && isFunded ? GO_ON : null;
        // What is kept says nothing of its release.
        if (step === "release" && transfer.state === "HELD") return null;
        if (step === "approve" && transfer.state === "STAGED") return null;
        return stateOf(transfer);
      }
    }
  }

  async #void(
    service: SimulatedProcess,
    { processorKeys, notDone = [], signal }: VoidInput,
  ): Promise<VoidOutcome> {
    const { random } = this.#scheduler;
    await service.seam("send void");
    if (random.happens(this.mischief.refused)) return { kind: "not_sent", error: REFUSED };
    if (random.happens(this.mischief.lostRequest)) return this.#silence(signal);
    await this.#self.seam("take void");
    const keys = Object.values(processorKeys);
    const transfer = this.books.find(({ key }) => keys.includes(key));
    const stopped = transfer !== undefined && STOPPABLE.has(transfer.state);
    if (stopped) this.#move(transfer, "CANCELLED");
    const fund = this.funds.find(({ key }) => key === processorKeys["fund"]);
    // What may still be on its way would be paid from what is taken back here.
    const unpaid = transfer === undefined && fund !== undefined && notDone.includes("pay");
    const done = transfer?.state === "CANCELLED" || unpaid;
    // A Void takes back everything itself.
    if (done && fund?.takenBack === 0) this.#takeBack(fund);
    if (random.happens(this.mischief.lostReply)) return this.#silence(signal);
    await service.seam("void answered");
    if (done) return { kind: "done" };
    return transfer === undefined ? { kind: "not_found" } : { kind: "refused", error: TOO_LATE };
  }

  /** Nothing comes back until the caller gives up; then it knows nothing. */
  #silence(signal: AbortSignal): Promise<{ kind: "unknown"; error: PayoutError }> {
    return new Promise((resolve) => {
      const giveUp = () => resolve({ kind: "unknown", error: NO_ANSWER });
      if (signal.aborted) giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  #accept(
    key: string,
    payoutId: string,
    minorAmount: bigint,
    kept: "OPEN" | "HELD" | "STAGED" | "PENDING",
    decline: boolean,
  ): LedgerTransfer | null {
    const known = this.#remembered.get(key);
    if (known !== undefined && this.#scheduler.now() - known.at < this.#promise.windowMs) {
      return known.transfer;
    }
    if (this.#declines(key, decline)) return null;
    const transfer: LedgerTransfer = {
      id: `${this.name}_${this.books.length + 1}`,
      key,
      payoutId,
      minorAmount,
      state: kept,
      sequence: 1,
      settled: false,
    };
    this.books.push(transfer);
    this.entries += 1;
    this.#remembered.set(key, { transfer, at: this.#scheduler.now() });
    if (kept === "PENDING") this.#course(transfer);
    if (kept === "OPEN") this.#offer(transfer);
    return transfer;
  }

  /** A question leaves nothing behind; its no is the answer INELIGIBLE. */
  #answer(key: string, decline: boolean): ProcessorState {
    if (this.#declines(key, decline)) return { status: "INELIGIBLE", error: refusalOf(key) };
    this.#answered.add(key);
    return GO_ON;
  }

  #fund(key: string, payoutId: string, decline: boolean): ProcessorState | null {
    if (this.funds.some((each) => each.key === key)) return GO_ON;
    if (this.#declines(key, decline)) return null;
    this.funds.push({ key, payoutId, takenBack: 0 });
    this.entries += 1;
    return GO_ON;
  }

  /** Takes back as often as it is asked under another key: that is the caller's to prevent. */
  #unfund(fundKey: string, key: string): ProcessorState | null {
    const fund = this.funds.find((each) => each.key === fundKey);
    const before = this.#undone.get(key);
    const isReplay =
      before !== undefined && this.#scheduler.now() - before < this.#promise.windowMs;
    if (isReplay) return GO_ON;
    if (fund === undefined) return null;
    this.#undone.set(key, this.#scheduler.now());
    this.#takeBack(fund);
    return GO_ON;
  }

  #takeBack(fund: LedgerFund): void {
    fund.takenBack += 1;
    this.entries += 1;
    this.#scheduler.note(`processor: takes back the fund of ${fund.payoutId.slice(-4)}`);
  }

  #isFunded(fundKey: string | undefined): boolean {
    return this.funds.some(({ key, takenBack }) => key === fundKey && takenBack === 0);
  }

  #release(holdKey: string, decline: boolean, key: string): LedgerTransfer | null {
    const transfer = this.books.find((each) => each.key === holdKey);
    if (transfer === undefined) return null;
    if (transfer.state !== "HELD" && transfer.state !== "STAGED") return transfer;
    if (this.#declines(key, decline)) {
      // A refused release frees the money for good; the same key changes nothing afterwards.
      this.#move(transfer, "FAILED");
      return null;
    }
    this.#move(transfer, "PENDING");
    this.#course(transfer);
    return transfer;
  }

  /** A no is remembered as well, where that is promised: the same request is answered the same. */
  #declines(key: string, decline: boolean): boolean {
    if (this.declined.has(key)) return true;
    if (decline && this.#promise.keepsRefusals) this.declined.add(key);
    return decline;
  }

  /** Somebody claims it, or nobody does. */
  #offer(transfer: LedgerTransfer): void {
    const { random } = this.#scheduler;
    const isClaimed = random.happens(0.6);
    this.#within(random.between(1, 60) * 1000, () => {
      if (transfer.state !== "OPEN") return;
      this.#move(transfer, isClaimed ? "PENDING" : "LAPSED");
      if (isClaimed) this.#course(transfer);
    });
  }

  /** What becomes of an accepted transfer, in its own time. */
  #course(transfer: LedgerTransfer): void {
    const { random } = this.#scheduler;
    const fails = random.happens(this.mischief.fails);
    const returned = random.happens(this.mischief.returned);
    this.#within(random.between(1, 30) * 1000, () => {
      if (transfer.state !== "PENDING") return;
      this.#move(transfer, fails ? "FAILED" : "SETTLED");
      if (fails) return;
      transfer.settled = true;
      if (!returned) return;
      // The bank gives it back to where it was paid from, if it was paid from somewhere.
      const end = this.#shape.funds ? "FAILED" : "RETURNED";
      this.#within(random.between(1, 60) * 1000, () => this.#move(transfer, end));
    });
  }

  #within(ms: number, act: () => void): void {
    this.busy += 1;
    this.#self.after(ms, () => {
      this.busy -= 1;
      act();
    });
  }

  #move(transfer: LedgerTransfer, state: LedgerTransfer["state"]): void {
    transfer.state = state;
    this.entries += 1;
    transfer.sequence += 1;
    this.#scheduler.note(`processor: ${transfer.payoutId.slice(-4)} is ${state}`);
    const { random } = this.#scheduler;
    // What comes after the end is only ever told: nobody asks for a payout that has succeeded.
    const lost = !transfer.settled && random.happens(this.mischief.lostNews);
    const times = lost ? 0 : random.happens(this.mischief.repeatedNews) ? 2 : 1;
    const news: ProcessorNews = {
      connector: this.name,
      processorKey: transfer.key,
      payoutId: transfer.payoutId,
      state: stateOf(transfer),
    };
    for (let i = 0; i < times; i += 1) {
      this.busy += 1;
      void this.#tell(news).then(() => {
        this.busy -= 1;
      });
    }
  }

  /** At least once: until somebody has taken it. Each news goes its own way, so order is not kept. */
  async #tell(news: ProcessorNews): Promise<void> {
    const { random } = this.#scheduler;
    for (;;) {
      await this.#pause(random.between(0, 5000));
      const taken = this.deliver?.(news);
      if (taken === undefined) continue;
      // A service that dies while it takes news never answers: then it is told again.
      const answered = await Promise.race([
        taken.then(
          () => true,
          () => false,
        ),
        this.#pause(20_000).then(() => false),
      ]);
      if (answered) return;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#self.after(ms, resolve));
  }
}

const EFFECTS: Readonly<Record<string, StepEffect>> = {
  quote: "NOTHING",
  hold: "HOLD",
  stage: "HOLD",
  link: "HOLD",
};

/** What a transfer is when the step has made it; else it is PENDING. */
const KEPT: Readonly<Record<string, "OPEN" | "HELD" | "STAGED">> = {
  link: "OPEN",
  hold: "HELD",
  stage: "STAGED",
};

const STOPPABLE: ReadonlySet<LedgerTransfer["state"]> = new Set([
  "OPEN",
  "PENDING",
  "HELD",
  "STAGED",
]);

/** Done, and there is more to do. */
const GO_ON: ProcessorState = { status: "REQUIRES_CREATION" };

const VENDOR = "REQUIRES_VENDOR_ACCOUNT_CREATION" as const;

const STATUS: Readonly<Record<LedgerTransfer["state"], PayoutStatus>> = {
  OPEN: "REQUIRES_PAYOUT_METHOD_DATA",
  LAPSED: "EXPIRED",
  STAGED: "REQUIRES_CONFIRMATION",
  HELD: "REQUIRES_FULFILLMENT",
  PENDING: "PENDING",
  SETTLED: "SUCCESS",
  FAILED: "FAILED",
  RETURNED: "REVERSED",
  CANCELLED: "CANCELLED",
};

/** Always the same for the same key: a refusal is remembered as well. */
function refusalOf(key: string): PayoutError {
  const refusal = DECLINED[key.charCodeAt(0) % DECLINED.length];
  if (refusal === undefined) throw new Error("no refusal");
  return refusal;
}

export function statusOf({ state }: LedgerTransfer): PayoutStatus {
  return STATUS[state];
}

function stateOrNull(transfer: LedgerTransfer | null): ProcessorState | null {
  return transfer === null ? null : stateOf(transfer);
}

function stateOf(transfer: LedgerTransfer): ProcessorState {
  const failed = transfer.state === "FAILED" || transfer.state === "RETURNED";
  return {
    status: statusOf(transfer),
    references: [{ kind: "transfer", id: transfer.id }],
    connectorPayoutId: transfer.id,
    sequence: transfer.sequence,
    ...(failed ? { error: CLOSED } : {}),
    ...(transfer.state === "OPEN" && { link: { url: `https://pay.example/${transfer.id}` } }),
  };
}

const error = (category: PayoutError["category"], reason: string): PayoutError => ({
  category,
  reason,
  message: reason,
});
const REFUSED = error("CONNECTOR_UNAVAILABLE", "CONNECTION_REFUSED");
const LATER = error("CONNECTOR_UNAVAILABLE", "LATER");
const NO_ANSWER = error("OUTCOME_UNKNOWN", "TIMEOUT");
/** One half of the refusals is of this processor's making, the other would be the same elsewhere. */
const DECLINED = [
  error("CONNECTOR_DECLINED", "INSUFFICIENT_FUNDS"),
  error("CONNECTOR_DECLINED", "ACCOUNT_NOT_FOUND"),
];
const TOO_LATE = error("CONNECTOR_DECLINED", "TOO_LATE");
const CLOSED = error("CONNECTOR_DECLINED", "ACCOUNT_CLOSED");
