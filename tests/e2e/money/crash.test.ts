import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.js";
import { CreateRequestSchema } from "../../../gen/payout/v1/payout_service_pb.js";
import { ENDS, expectSettledBooks, expectSound, storedPayouts, unfinished } from "./books.ts";
import {
  type Answer,
  Client,
  eventually,
  ok,
  order,
  type PayoutBody,
  type Problem,
} from "./client.ts";
import { openWorkbench, type Running, type Workbench } from "./process.ts";
import { grpcPayouts } from "./stream.ts";

const SCENARIOS = Object.keys(ENDS);
const ATTEMPT_MS = 20_000;

/** One caller's order: how it can be told again after a crash, and what it was answered. */
interface Order {
  readonly face: "rest" | "grpc";
  readonly body: object;
  readonly key: string | null;
  readonly merchantPayoutId: string | null;
  /** Every id that it was answered; empty when its caller never heard. */
  readonly payoutIds: string[];
}

/** A third with a key, a third with the caller's own reference, a third with neither. */
function orders(count: number): readonly Order[] {
  return Array.from({ length: count }, (_, index) => {
    const key = index % 3 === 0 ? `key-${index}` : null;
    const merchantPayoutId = index % 3 === 1 ? `order-${index}` : null;
    const own = merchantPayoutId === null ? {} : { merchantPayoutId };
    const body = order(SCENARIOS[index % SCENARIOS.length], own);
    const face = index % 2 === 0 ? "rest" : "grpc";
    return { face, body, key, merchantPayoutId, payoutIds: [] };
  });
}

/** Places orders while everything around is killed. */
class Crowd {
  readonly orders: readonly Order[];
  #client: Promise<Client>;
  #answered = 0;
  readonly #marks = new Map<number, () => void>();

  constructor(count: number, client: Client) {
    this.orders = orders(count);
    this.#client = Promise.resolve(client);
  }

  /** Where calls go from now on; those in between wait for it. */
  set client(client: Promise<Client>) {
    this.#client = client;
  }

  get client(): Promise<Client> {
    return this.#client;
  }

  /** Resolves when so many orders have been answered. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#answered >= count) resolve();
      else this.#marks.set(count, resolve);
    });
  }

  /** Places every order, so many at a time. */
  async run(connections: number): Promise<void> {
    const queue = [...this.orders];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await this.#place(next);
        this.#answered += 1;
        this.#marks.get(this.#answered)?.();
      }
    };
    await Promise.all(Array.from({ length: connections }, work));
  }

  /** Until it is answered; only what can be told apart from a new order is told again. */
  async #place(placed: Order): Promise<void> {
    const { key, merchantPayoutId } = placed;
    for (const deadline = Date.now() + ATTEMPT_MS; Date.now() < deadline; ) {
      const client = await this.#client;
      const answer = await send(client, placed);
      if (answer !== null && !isRetryable(answer)) {
        placed.payoutIds.push(payoutIdOf(answer));
        return;
      }
      if (key === null && merchantPayoutId === null) return;
      // The one that was killed is not told twice.
      await eventually(
        () => this.#client,
        (now) => now !== client || answer !== null,
      );
    }
    throw new Error("an order was not answered");
  }
}

/** Every other order goes by gRPC, on one connection. */
const grpc = new WeakMap<Client, ReturnType<typeof grpcPayouts>>();

async function send(client: Client, placed: Order): Promise<Answer | null> {
  try {
    return await (placed.face === "rest" ? sendRest : sendGrpc)(client, placed);
  } catch {
    // The connection broke: whether it was stored is not known.
    return null;
  }
}

function sendRest(client: Client, { body, key }: Order): Promise<Answer> {
  return client.post("/v1/payouts", body, key === null ? {} : { key });
}

async function sendGrpc(client: Client, { body, key }: Order): Promise<Answer> {
  const service = grpc.get(client) ?? grpcPayouts(client.url);
  grpc.set(client, service);
  const request = fromJson(CreateRequestSchema, body as JsonValue);
  try {
    const options = key === null ? {} : { headers: { "idempotency-key": key } };
    const { payout } = await service.create(request, options);
    return { status: 200, body: { payoutId: payout?.payoutId }, replayed: false };
  } catch (error) {
    const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
    if (info === undefined) throw error;
    const { reason, metadata } = info;
    return { status: 409, body: { reason, metadata, retryable: false }, replayed: false };
  }
}

function isRetryable({ status, body }: Answer): boolean {
  return status !== 200 && (body as Problem).retryable;
}

function payoutIdOf(answer: Answer): string {
  const problem = answer.body as Problem;
  if (problem.reason === "PAYOUT_ALREADY_EXISTS") return problem.metadata["payout_id"] ?? "";
  return ok<PayoutBody>(answer).payoutId;
}

/** What holds whatever was killed: nothing answered is lost, and each is paid once. */
async function expectNothingLost(bench: Workbench, crowd: Crowd): Promise<void> {
  await eventually(
    async () => unfinished(bench.databasePath),
    (open) => open.length === 0,
    30_000,
    (open) => JSON.stringify(open),
  );
  // An order with a key joins what is there, however often it is told.
  const client = await crowd.client;
  for (const placed of crowd.orders) {
    if (placed.key === null) continue;
    const again = await client.post("/v1/payouts", placed.body, { key: placed.key });
    expect(again.replayed).toBe(true);
    placed.payoutIds.push(payoutIdOf(again));
  }
  const stored = new Map(
    storedPayouts(bench.databasePath).map((payout) => [payout.payoutId, payout]),
  );
  for (const [index, { payoutIds, key, merchantPayoutId }] of crowd.orders.entries()) {
    expect(new Set(payoutIds).size).toBeLessThanOrEqual(1);
    const [payoutId] = payoutIds;
    if (payoutId === undefined) expect([key, merchantPayoutId]).toEqual([null, null]);
    else expect(stored.get(payoutId)?.scenario).toBe(SCENARIOS[index % SCENARIOS.length]);
  }
  expect(stored.size).toBeLessThanOrEqual(crowd.orders.length);
  await expectSettledBooks(bench.databasePath, bench.ledgerPath);
}

describe("kill -9 of the service, its processor inside", () => {
  const bench = openWorkbench();

  it("five times in two hundred Creates: nothing answered is lost, everything is paid once", async () => {
    let service = await bench.service();
    const crowd = new Crowd(200, new Client(service.url));
    const placing = crowd.run(25);
    for (const mark of [20, 60, 100, 140, 175]) {
      await crowd.reached(mark);
      const restarted = Promise.withResolvers<Client>();
      crowd.client = restarted.promise;
      await service.end("SIGKILL");
      expectSound(bench.databasePath);
      service = await bench.service();
      restarted.resolve(new Client(service.url));
    }
    await placing;
    await expectNothingLost(bench, crowd);
    expect((await service.end("SIGTERM")).code).toBe(0);
  }, 60_000);
});

describe("kill -9 of the service and of its processor, each a process of its own", () => {
  const bench = openWorkbench();

  it("three times each in two hundred Creates: nothing is lost, everything is paid once", async () => {
    let sandbox = await bench.sandbox();
    const PAYOUT_SANDBOX_URL = sandbox.url;
    const port = { SANDBOX_PORT: new URL(sandbox.url).port };
    const start = (): Promise<Running> => bench.service({ PAYOUT_SANDBOX_URL });
    let service = await start();
    const crowd = new Crowd(200, new Client(service.url));
    const placing = crowd.run(25);
    for (const [index, mark] of [20, 50, 80, 110, 140, 170].entries()) {
      await crowd.reached(mark);
      if (index % 2 === 0) {
        await sandbox.end("SIGKILL");
        sandbox = await bench.sandbox(port);
      } else {
        const restarted = Promise.withResolvers<Client>();
        crowd.client = restarted.promise;
        await service.end("SIGKILL");
        expectSound(bench.databasePath);
        service = await start();
        restarted.resolve(new Client(service.url));
      }
    }
    await placing;
    await expectNothingLost(bench, crowd);
  }, 60_000);
});
