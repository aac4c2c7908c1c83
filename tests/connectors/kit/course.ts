import { randomUUID } from "node:crypto";
import type {
  Instruction,
  LookupResult,
  OperationOn,
  Outcome,
  PayoutInstruction,
  ProcessorState,
  VoidOutcome,
} from "../../../src/connectors/connector.ts";
import type { ConnectorReference, Fulfillment } from "../../../src/domain/payout.ts";
import { demand, print } from "./check.ts";
import { inTime } from "./deadline.ts";
import type { Stage } from "./stage.ts";
import type { Order } from "./subject.ts";

/** Statuses that say that a payout has come to a bad end. */
const BAD = new Set(["FAILED", "INELIGIBLE", "CANCELLED", "EXPIRED", "REVERSED"]);

export function isBad(status: string): boolean {
  return BAD.has(status);
}

/** A payout that is moved on by hand, call by call, with what an engine would keep of it. */
export class Course {
  readonly stage: Stage;
  readonly payout: Instruction;
  /** By step, as the attempt has them. */
  readonly keys: Record<string, string> = {};
  references: ConnectorReference[] = [];

  constructor(stage: Stage, payout: Instruction) {
    this.stage = stage;
    this.payout = payout;
  }

  static async open(stage: Stage, fulfillment?: Fulfillment): Promise<Course> {
    return Course.of(stage, await stage.order(), fulfillment);
  }

  static of(stage: Stage, order: Order, fulfillment?: Fulfillment): Course {
    return new Course(stage, instructionOf(order, fulfillment));
  }

  /** The steps of an operation, with keys of their own. */
  plan(operation: OperationOn<Instruction>): readonly string[] {
    const steps = this.stage.module.plan(operation, this.payout);
    for (const step of steps) this.keys[step] = randomUUID();
    return steps;
  }

  async call(step: string): Promise<Outcome<ProcessorState>> {
    this.keys[step] ??= randomUUID();
    const outcome = await inTime(this.stage.http, (signal) =>
      this.stage.connector.callStep({
        step,
        processorKey: this.keys[step] ?? "",
        payout: { ...this.payout, references: this.references },
        references: this.references,
        processorKeys: this.keys,
        signal,
      }),
    );
    if (outcome.kind === "accepted") this.#learn(outcome.value);
    return outcome;
  }

  async lookup(step: string | null = null): Promise<LookupResult<ProcessorState>> {
    const result = await inTime(this.stage.http, (signal) =>
      this.stage.connector.lookup({ ...this.#known(step), signal }),
    );
    if (result.kind === "found") this.#learn(result.value);
    return result;
  }

  void(processorKey: string = randomUUID()): Promise<VoidOutcome> {
    return inTime(this.stage.http, (signal) => {
      const { connector } = this.stage;
      demand(connector.void, "there is no void");
      return connector.void({ ...this.#known(null), processorKey, notDone: [], signal });
    });
  }

  /** Calls these steps; each must be accepted, and none may come to a bad end. */
  async go(steps: readonly string[]): Promise<void> {
    for (const step of steps) {
      const outcome = await this.call(step);
      demand(outcome.kind === "accepted", `${step} should be accepted: ${print(outcome)}`);
      const { status } = outcome.value;
      demand(!isBad(status), `${step} should not end as ${status}: ${print(outcome)}`);
    }
  }

  /** By the engine's rule: what is unknown is looked up, and repeated under its key when it is not found. */
  async finish(step: string): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      const found = await this.lookup(step);
      if (found.kind === "found") return;
      if (found.kind === "unreachable") continue;
      const outcome = await this.call(step);
      if (outcome.kind === "accepted") return;
      demand(outcome.kind !== "rejected", `a repeat of ${step} is rejected: ${print(outcome)}`);
    }
    demand(false, `${step} does not come to an end`);
  }

  #known(step: string | null) {
    const { payout, references, keys: processorKeys } = this;
    return { payoutId: payout.payoutId, step, references, processorKeys, stopAsked: false };
  }

  #learn({ references = [] }: ProcessorState): void {
    const fresh = references.filter(
      ({ kind, id }) => !this.references.some((each) => each.kind === kind && each.id === id),
    );
    this.references = [...this.references, ...fresh];
  }
}

export function instructionOf(
  order: Order,
  fulfillment: Fulfillment = "AUTOMATIC",
): PayoutInstruction {
  return {
    merchantId: "mer_kit",
    payoutId: `po_${randomUUID().replaceAll("-", "")}`,
    merchantPayoutId: null,
    references: [],
    priority: null,
    fulfillment,
    description: "Invoice 1",
    ...order,
  };
}
