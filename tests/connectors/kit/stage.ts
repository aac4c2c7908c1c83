import { bindAccount } from "../../../src/connectors/bind-account.ts";
import type {
  Connector,
  ConnectorModule,
  Instruction,
  OpenAccount,
} from "../../../src/connectors/connector.ts";
import { createHttpClient, type HttpClient } from "../../../src/connectors/toolkit/http-client.ts";
import type { FakeProcessor } from "../../processors/support/fake-processor.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";
import { demand, type Kit, Problem, print } from "./check.ts";
import { foundIn, secretsOf } from "./secrets.ts";
import type { OpenProcessor, Order } from "./subject.ts";

/** One call of a module's function, as it was made and as it ended. */
export interface MadeCall {
  readonly name: string;
  /** The step, for calls that have one. */
  readonly step: string | undefined;
  readonly processorKey: string | undefined;
  /** Places in the list of what arrived at the fake: from, to. */
  readonly requests: readonly [number, number];
  readonly outcome: { readonly kind?: string } & Readonly<Record<string, unknown>>;
  readonly threw: boolean;
}

/** Calls that are watched: those that reach the processor. */
const WATCHED = new Set([
  "callStep",
  "lookup",
  "void",
  "quote",
  "registerRecipient",
  "lookupRecipient",
  "registerAccount",
  "lookupAccount",
]);

/** A connector with an account at a fake that runs. Every call is watched, and what it said is kept. */
export class Stage {
  readonly kit: Kit;
  readonly processor: OpenProcessor;
  readonly module: ConnectorModule<Instruction>;
  readonly connector: Connector;
  readonly calls: MadeCall[] = [];
  /** Whatever has been said beside the outcomes, such as lines of the log. */
  readonly said: unknown[] = [];
  readonly orders: Order[] = [];
  /** Steps that take others back, as far as they have come up. */
  readonly undoing = new Set<string>();
  /** Changed by checks: what the account is opened with. */
  account: OpenAccount;
  /** The step, or the function, that is being called. */
  current: string | undefined;
  /** Called before and after each call, with the step's name or the function's. */
  before: (name: string) => void | Promise<void> = () => {};
  after: (name: string) => void | Promise<void> = () => {};
  readonly #client: HttpClient | undefined;

  private constructor(
    kit: Kit,
    processor: OpenProcessor,
    made: ConnectorModule<Instruction> | undefined,
  ) {
    this.kit = kit;
    this.processor = processor;
    const { http } = processor;
    demand(http.clock instanceof ManualClock, "the fake's clock must be a ManualClock");
    let own = made;
    if (own === undefined) {
      this.#client = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
      own = kit.create({
        http: this.#client,
        clock: { now: () => http.clock.now() },
      });
    }
    this.module = this.#watched(own);
    const connectorAccountId = `cacct_${http.url.split(":").at(-1)}`;
    this.account = {
      connectorAccountId,
      settings: processor.settings,
      version: 1,
      baseUrl: processor.baseUrl ?? http.url,
    };
    this.connector = bindAccount(this.module, connectorAccountId, async () => this.account);
  }

  /** @param module one that others use too; by default one of its own */
  static async open(kit: Kit, module?: ConnectorModule<Instruction>): Promise<Stage> {
    return new Stage(kit, await kit.subject.open(), module);
  }

  get http(): FakeProcessor {
    return this.processor.http;
  }

  get clock(): ManualClock {
    return this.http.clock as ManualClock;
  }

  async order(...wanted: Parameters<OpenProcessor["order"]>): Promise<Order> {
    return this.keep(await this.processor.order(...wanted));
  }

  /** What an order holds must turn up nowhere. */
  keep(order: Order): Order {
    this.orders.push(order);
    return order;
  }

  /** @throws Problem when a call threw, or something was said that is secret, or a document was broken */
  verify(): void {
    const thrower = this.calls.find(({ threw }) => threw);
    demand(!thrower, `${thrower?.name} ${thrower?.step ?? ""} threw: ${print(thrower?.outcome)}`);
    const secrets = secretsOf(this.module, this.processor, this.orders);
    const said = [...this.calls.map(({ outcome }) => outcome), ...this.said];
    const found = foundIn(said, secrets);
    demand(found.length === 0, `${found.length} secret(s) turn up in outcomes, errors or logs`);
    try {
      this.http.assertClean();
    } catch (error) {
      throw new Problem(`requests or replies break the published document: ${String(error)}`);
    }
  }

  async close(): Promise<void> {
    this.#client?.close();
    await this.processor.close();
  }

  #watched(module: ConnectorModule<Instruction>): ConnectorModule<Instruction> {
    return new Proxy(module, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        const call = value.bind(target) as (input: CallInput) => unknown;
        return WATCHED.has(String(name))
          ? (input: CallInput) => this.#watch(String(name), input, call)
          : call;
      },
    });
  }

  async #watch(name: string, input: CallInput, call: (input: CallInput) => unknown) {
    const label = name === "callStep" ? (input.step ?? "") : name;
    await this.before(label);
    this.current = label;
    const from = this.http.requests.length;
    const keep = (outcome: unknown, threw: boolean) => {
      this.calls.push({
        name,
        step: input.step ?? undefined,
        processorKey: input.processorKey,
        requests: [from, this.http.requests.length],
        outcome: outcome as MadeCall["outcome"],
        threw,
      });
    };
    try {
      const outcome = await call(input);
      keep(outcome, false);
      return outcome;
    } catch (error) {
      keep({ message: String((error as Error)?.stack) }, true);
      throw error;
    } finally {
      this.current = undefined;
      await this.after(label);
    }
  }
}

interface CallInput {
  readonly step?: string | null;
  readonly processorKey?: string;
}

/** Opens a stage, acts on it, verifies what was said on it, and closes it. */
export async function onStage<T>(kit: Kit, act: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await Stage.open(kit);
  try {
    const result = await act(stage);
    stage.verify();
    return result;
  } finally {
    await stage.close();
  }
}
