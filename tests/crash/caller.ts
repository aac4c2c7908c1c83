import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import { SCENARIOS } from "../../src/sandbox-processor/scenarios.ts";
import type { Answer } from "../e2e/faces/answer.ts";
import type { Face } from "../e2e/faces/face.ts";
import type { SeededRandom } from "../simulation/random.ts";
import { pause } from "./pause.ts";
import { TAG, type Told } from "./told.ts";

const { create, stage, transfer, void: cancel } = PayoutService.method;

/** How long a call is told again before it counts as never answered (milliseconds). */
const PATIENCE_MS = 60_000;

/** Refusals after which the same call is told again. */
const RETRYABLE = new Set([
  "REQUEST_IN_PROGRESS",
  "CONNECTOR_UNAVAILABLE",
  "DATABASE_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "OVERLOADED",
  "SHUTTING_DOWN",
]);
/** Refusals that are right when a payout has moved on, or is there already. */
const EXPECTED = new Set(["PAYOUT_STATE_CONFLICT", "VOID_REFUSED", "PAYOUT_ALREADY_EXISTS"]);

export interface CallerOptions {
  readonly name: string;
  readonly apiKey: string;
  /** Account numbers that must never be seen again. */
  readonly canary: string;
  /** Ways to the service, or to several of its processes: each call goes by any of them. */
  readonly faces: readonly Face[];
  readonly random: SeededRandom;
  readonly told: Told;
}

/** What came of telling the service something, as far as the caller can know. */
type End =
  | { readonly kind: "answered"; readonly payout: JsonObject }
  | { readonly kind: "refused"; readonly reason: string; readonly payoutId: string }
  | { readonly kind: "lost" };

/**
 * A caller in a bad world: places orders one after another, over REST and gRPC, with an
 * Idempotency-Key, with a reference of its own, or with neither; gives up waiting; tells again what
 * was not answered; tells the same twice at once.
 */
export class Caller {
  readonly #options: CallerOptions;
  #number = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Goes on until the signal; what was begun by then is brought to its end. */
  async run(until: AbortSignal): Promise<void> {
    const { random } = this.#options;
    while (!until.aborted) {
      await this.#business();
      await pause(random.between(0, 120));
    }
  }

  async #business(): Promise<void> {
    const { random } = this.#options;
    const way = random.below(10);
    if (way < 6) {
      const payoutId = await this.#order(create, { fulfillment: "AUTOMATIC" });
      if (payoutId !== null && random.happens(0.15)) await this.#act(cancel, payoutId);
      return;
    }
    const payoutId = await (way < 9
      ? this.#order(create, { fulfillment: "MANUAL" })
      : this.#order(stage, {}));
    if (payoutId === null) return;
    await pause(random.between(0, 600));
    const next = random.below(10);
    if (next < 6) await this.#act(transfer, payoutId);
    if (next >= 5 && next < 8) await this.#act(cancel, payoutId);
  }

  /** Places an order; the payout that it became, null when the caller never heard. */
  async #order(method: DescMethod, more: JsonObject): Promise<string | null> {
    const { random, name, canary, told } = this.#options;
    this.#number += 1;
    const tag = `${name}-${this.#number}`;
    const minorAmount = String(random.between(1, 1_000_000));
    const key = random.happens(0.6) ? tag : null;
    const reference = random.happens(0.5) ? tag : null;
    const repeatable = key !== null || reference !== null;
    told.orders.set(tag, { tag, minorAmount, repeatable });
    const request: JsonObject = {
      amount: { minorAmount, currency: "USD" },
      payoutMethodData: {
        ach: {
          accountNumber: canary,
          routingNumber: "021000021",
          accountType: "CHECKING",
          holderName: "Jane Doe",
        },
      },
      metadata: { [TAG]: tag, sandbox_scenario: random.pick(SCENARIOS).name },
      ...(reference === null ? {} : { merchantPayoutId: reference }),
      ...more,
    };
    const end = await this.#tell(method, request, key, repeatable);
    if (end.kind === "answered") return String(end.payout["payoutId"]);
    if (end.kind === "lost" || end.payoutId === "") return null;
    told.payouts.set(end.payoutId, tag);
    return end.payoutId;
  }

  async #act(method: DescMethod, payoutId: string): Promise<void> {
    const { random, name } = this.#options;
    this.#number += 1;
    const key = random.happens(0.6) ? `${name}-${this.#number}` : null;
    await this.#tell(method, { payoutId }, key, key !== null);
  }

  /** Tells something, twice or three times at once now and then, and again until it is answered. */
  async #tell(
    method: DescMethod,
    request: JsonObject,
    key: string | null,
    repeatable: boolean,
  ): Promise<End> {
    const { random, told } = this.#options;
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const times = key !== null && random.happens(0.25) ? random.between(2, 3) : 1;
      const calls = Array.from({ length: times }, () => this.#call(method, request, key));
      const ends = await Promise.all(calls);
      const end = ends.find(({ kind }) => kind !== "lost");
      if (end !== undefined) return end;
      // Without key or reference it would be another order.
      if (!repeatable) return { kind: "lost" };
      if (Date.now() > deadline) {
        told.faults.push(
          `${method.name} ${key ?? JSON.stringify(request["metadata"])} was never answered`,
        );
        return { kind: "lost" };
      }
      await pause(random.between(50, 300));
    }
  }

  async #call(method: DescMethod, request: JsonObject, key: string | null): Promise<End> {
    const { random, faces, apiKey, told } = this.#options;
    const timeoutMs = random.pick([250, 1000, 3000, 6000]);
    told.calls += 1;
    const options = { key: apiKey, timeoutMs, ...(key === null ? {} : { idempotencyKey: key }) };
    const call = random.pick(faces).call(method, request, options);
    // A connection that broke, or an answer that is none: the caller knows nothing.
    const answer = await Promise.race([call.catch(() => null), pause(timeoutMs + 250)]);
    const end = answer ? this.#read(method, key, answer) : ({ kind: "lost" } as const);
    if (end.kind === "lost") told.lost += 1;
    return end;
  }

  #read(method: DescMethod, key: string | null, answer: Answer): End {
    const { told } = this.#options;
    if (answer.ok) {
      const payout = answer.message["payout"] as JsonObject;
      told.answer(key === null ? null : `${method.name} ${key}`, payout);
      return { kind: "answered", payout };
    }
    const { reason, metadata } = answer.told;
    // No reason: it was the client's own library that gave up.
    if (reason === "" || RETRYABLE.has(reason)) return { kind: "lost" };
    if (!EXPECTED.has(reason)) told.faults.push(`${method.name} was refused with ${reason}`);
    return { kind: "refused", reason, payoutId: metadata["payout_id"] ?? "" };
  }
}
