import { ServiceError } from "../../src/domain/errors.ts";
import type { Payout } from "../../src/domain/payout.ts";
import { encodeSnapshot } from "../../src/domain/snapshot.ts";
import type { Answer, Call } from "../../src/service/call.ts";
import { type CreateLink, createLink } from "../../src/service/create-link.ts";
import { type CreatePayout, createPayout } from "../../src/service/create-payout.ts";
import type { PayoutTerms } from "../../src/service/payout-request.ts";
import { stagePayout } from "../../src/service/stage-payout.ts";
import { transferPayout } from "../../src/service/transfer-payout.ts";
import { voidPayout } from "../../src/service/void-payout.ts";
import type { Scheduler, SimulatedProcess } from "./scheduler.ts";
import type { SimulatedService } from "./service.ts";

/** What callers were told, to be held against what is stored. */
export interface Told {
  /** Answers by idempotency key: all of one key must be equal. */
  readonly answers: Map<string, Set<string>>;
  readonly payoutIds: Set<string>;
  /** Payouts of which a caller was told that they are cancelled. */
  readonly cancelled: Set<string>;
  readonly faults: string[];
}

const METHOD = {
  kind: "ach",
  accountNumber: "000123456789",
  routingNumber: "021000021",
  accountType: "CHECKING",
  holderName: "Jane Doe",
} as const;

const LINK: Omit<CreateLink, keyof PayoutTerms> = {
  host: "PROCESSOR",
  allowedMethods: [],
  expireTime: null,
  ttl: null,
  returnUrl: "",
  allowedOrigins: [],
  recipient: { type: "INDIVIDUAL", individual: { givenName: "Jane", familyName: "Doe" } },
  locale: "",
  claimCode: null,
};

/**
 * A client of the service: sends calls one after another, with keys or without, gives up, repeats
 * after a timeout or a crash, and sends the same call twice at once.
 */
export class Client {
  readonly #scheduler: Scheduler;
  readonly #merchantId: string;
  readonly #self: SimulatedProcess;
  readonly #services: () => readonly SimulatedService[];
  readonly #told: Told;
  readonly #name: string;
  #calls = 0;
  finished = false;

  constructor(
    scheduler: Scheduler,
    name: string,
    merchantId: string,
    services: () => readonly SimulatedService[],
    told: Told,
  ) {
    this.#scheduler = scheduler;
    this.#name = name;
    this.#merchantId = merchantId;
    this.#self = scheduler.process(name);
    this.#services = services;
    this.#told = told;
  }

  async run(operations: number): Promise<void> {
    const { random } = this.#scheduler;
    for (let i = 0; i < operations; i += 1) {
      await this.#pause(random.between(0, 4000));
      const known = [...this.#told.payoutIds];
      const kind = known.length === 0 ? 0 : random.below(10);
      if (kind < 4 && random.happens(0.2)) await this.#link(i);
      else if (kind < 4) await this.#create(i);
      else if (kind < 5) await this.#stage(i);
      else if (kind < 7) await this.#act("transfer", random.pick(known), i);
      else if (kind < 8) await this.#act("void", random.pick(known), i);
      else await this.#get(random.pick(known));
    }
    this.finished = true;
  }

  async #create(number: number): Promise<void> {
    const { random } = this.#scheduler;
    const request: CreatePayout = {
      ...this.#terms(number),
      fulfillment: random.happens(0.25) ? "MANUAL" : "AUTOMATIC",
    };
    await this.#mutate(`create-${number}`, (service, call) =>
      createPayout(service.context, call, request),
    );
  }

  async #stage(number: number): Promise<void> {
    const request = this.#terms(number);
    await this.#mutate(`stage-${number}`, (service, call) =>
      stagePayout(service.context, call, request),
    );
  }

  /** A link of the processor's own. */
  async #link(number: number): Promise<void> {
    const { destination: _, ...terms } = this.#terms(number);
    const request: CreateLink = { ...terms, ...LINK };
    await this.#mutate(`link-${number}`, async (service, call) => {
      const { value, replayed } = await createLink(service.context, call, request);
      return { value: value.payout, replayed };
    });
  }

  async #act(verb: "transfer" | "void", payoutId: string, number: number): Promise<void> {
    await this.#mutate(`${verb}-${number}`, (service, call) =>
      verb === "transfer"
        ? transferPayout(service.context, call, { payoutId, etag: null, note: "" })
        : voidPayout(service.context, call, { payoutId, reason: "" }),
    );
  }

  async #get(payoutId: string): Promise<void> {
    const service = this.#service();
    if (service === undefined) return;
    const { random } = this.#scheduler;
    const sync = random.happens(0.2) ? "FORCE" : "AUTO";
    const patience = {
      caller: { merchantId: this.#merchantId },
      answerBy: this.#scheduler.now() + 5000,
      signal: new AbortController().signal,
    };
    const view = service.reader.get(patience, { by: { payoutId }, sync });
    await Promise.race([view.catch(() => {}), this.#pause(15_000)]);
  }

  /** Makes a call, twice at once now and then, and again with the same key until it is answered. */
  async #mutate(
    name: string,
    send: (service: SimulatedService, call: Call) => Promise<Answer<Payout>>,
  ): Promise<void> {
    const { random } = this.#scheduler;
    const key = random.happens(0.7) ? `${this.#name}-${name}` : null;
    for (let round = 0; round < 6; round += 1) {
      const twice = key !== null && random.happens(0.3);
      const sent = (twice ? [0, 1] : [0]).map(() => this.#once(key, name, send));
      const answered = await Promise.all(sent);
      // Without a key a call whose answer was lost is not repeated: it would be another payout.
      if (key === null || answered.some((each) => each !== "lost")) return;
      await this.#pause(random.between(100, 20_000));
    }
  }

  async #once(
    key: string | null,
    name: string,
    send: (service: SimulatedService, call: Call) => Promise<Answer<Payout>>,
  ): Promise<"answered" | "refused" | "lost"> {
    const service = this.#service();
    if (service === undefined) return "lost";
    const { random } = this.#scheduler;
    const waitMs = random.pick([0, 500, 5000, 30_000]);
    this.#calls += 1;
    const gone = new AbortController();
    const call: Call = {
      caller: {
        merchantId: this.#merchantId,
        livemode: false,
        operator: false,
        keyId: "key",
        scopes: [],
      },
      claim: key === null ? null : { method: name.replace(/-\d+$/, ""), key, fingerprint: name },
      fingerprint: name,
      answerBy: this.#scheduler.now() + waitMs,
      signal: gone.signal,
    };
    const answer = send(service, call).then(
      ({ value }) => ({ kind: "answered" as const, value }),
      (error: unknown) => ({ kind: "refused" as const, error }),
    );
    const lost = this.#pause(waitMs + 10_000).then(() => ({ kind: "lost" as const }));
    const end = await Promise.race([answer, lost]);
    // A caller that gives up hangs up.
    gone.abort();
    // What was under way when a process was killed is never answered.
    if (!service.process.alive) return "lost";
    if (end.kind === "answered") this.#note(key, end.value);
    if (end.kind === "refused") this.#check(end.error, service);
    const again = end.kind === "refused" && isRetryable(end.error);
    return again ? "lost" : end.kind;
  }

  #note(key: string | null, payout: Payout): void {
    this.#told.payoutIds.add(payout.payoutId);
    if (payout.status === "CANCELLED") this.#told.cancelled.add(payout.payoutId);
    if (key === null) return;
    const answers = this.#told.answers.get(key) ?? new Set();
    answers.add(encodeSnapshot(payout));
    this.#told.answers.set(key, answers);
  }

  /** Refusals are from the catalogue; anything else is a fault of the service, unless it was killed. */
  #check(error: unknown, service: SimulatedService): void {
    if (error instanceof ServiceError || !service.process.alive) return;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#told.faults.push(`a call failed with ${text}`);
  }

  #terms(number: number): Omit<CreatePayout, "fulfillment"> {
    const { random } = this.#scheduler;
    return {
      merchantPayoutId: random.happens(0.5) ? `${this.#name}-${number}` : null,
      amount: { minorAmount: BigInt(random.between(1, 100_000)), currency: "USD" },
      destinationCurrency: null,
      connector: random.happens(0.2) ? random.pick(["sandbox", "second"]) : null,
      priority: null,
      description: "",
      metadata: {},
      destination: { kind: "inline", method: METHOD, person: undefined },
    };
  }

  #service(): SimulatedService | undefined {
    const up = this.#services();
    return up.length === 0 ? undefined : this.#scheduler.random.pick(up);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#self.after(ms, resolve));
  }
}

function isRetryable(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    ["REQUEST_IN_PROGRESS", "OVERLOADED", "CONNECTOR_UNAVAILABLE", "SHUTTING_DOWN"].includes(
      error.reason,
    )
  );
}
