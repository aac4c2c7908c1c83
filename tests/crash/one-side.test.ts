import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import type { Face } from "../e2e/faces/face.ts";
import { restFace } from "../e2e/faces/rest-face.ts";
import type { Books } from "./books.ts";
import { type Fault, PASS } from "./fault-proxy.ts";
import { eventually, pause } from "./pause.ts";
import type { Program } from "./process.ts";
import { buildPrograms, type Programs } from "./programs.ts";
import { API_KEY, World, type WorldOptions } from "./world.ts";

const { create, get } = PayoutService.method;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

let world: World;
afterEach(() => world.close());

async function open(options: Omit<WorldOptions, "programs">): Promise<readonly Face[]> {
  world = new World({ programs, ...options });
  await world.start();
  return world.services.map(({ url }) => restFace(url));
}

const order = (tag: string): JsonObject => ({
  amount: { minorAmount: "1250", currency: "USD" },
  payoutMethodData: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "021000021",
      accountType: "CHECKING",
      holderName: "Jane Doe",
    },
  },
  metadata: { crash_order: tag },
});

async function place(face: Face | undefined, tag: string): Promise<JsonObject> {
  const answer = await face?.call(create, order(tag), { key: API_KEY, idempotencyKey: tag });
  if (answer?.ok !== true) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer.message["payout"] as JsonObject;
}

describe("kill -9 of the processor alone", () => {
  it("twenty times, in the middle of calls: the service stays up and every payout is paid once", async () => {
    const [face] = await open({});
    const placed: Promise<JsonObject>[] = [];
    for (let round = 0; round < 20; round += 1) {
      for (let i = 0; i < 5; i += 1) placed.push(place(face, `round-${round}-${i}`));
      await pause(10 + 7 * (round % 10));
      await world.processor.kill();
      await world.processor.start();
    }
    const answered = await Promise.all(placed);
    const books = world.books();
    expect(await eventually(() => books.rests(), 20_000)).toBe(true);
    expect(books.atRest()).toEqual([]);
    const stored = books.payouts();
    expect(stored.map(({ status }) => status)).toEqual(answered.map(() => "SUCCESS"));
    expect(books.transfers().size).toBe(answered.length);
    expect(world.programs.flatMap(({ faults }) => faults)).toEqual([]);
    books.close();
  }, 60_000);
});

describe("kill -9 during the first start", () => {
  it.each([30, 80, 120, 160, 200, 280])(
    "after %i ms: the next start goes on from there",
    async (ms) => {
      world = new World({ programs });
      const [service] = world.services;
      const starting = service?.start();
      await pause(ms);
      await service?.kill();
      await starting;
      await world.start();
      const payout = await place(restFace(service?.url ?? ""), "first");
      expect(payout["status"]).toBe("PENDING");
      expect(world.programs.flatMap(({ faults }) => faults)).toEqual([]);
    },
  );
});

/** A pause longer than the lease, while a call to the processor is under way: who was paused is a zombie. */
describe("SIGSTOP past the lease, with a second process on the same database", () => {
  it("an answer that comes after the take-over is not recorded", async () => {
    const reply = Promise.withResolvers<void>();
    const fault: Fault = { kind: "hold", way: "reply", until: reply.promise };
    const { first, books, payoutId } = await stopInCall(fault);
    // The other process finds that the processor has it, and goes on.
    expect(await stepOf(payoutId)).toMatchObject({ outcome: "ACCEPTED", tries: 1 });
    const taken = books.describe(payoutId);
    // The answer waits in the socket of the one that is still stopped.
    reply.resolve();
    await resumeAndLose(first);
    expect(books.describe(payoutId)).toEqual(taken);
    await expectOneTransfer(books, payoutId);
  }, 60_000);

  it("a request that arrives after the take-over is the same transfer", async () => {
    const request = Promise.withResolvers<void>();
    const fault: Fault = { kind: "hold", way: "request", until: request.promise };
    const { first, books, payoutId } = await stopInCall(fault);
    // The other process finds nothing at the processor, and repeats the call under its key.
    expect(await stepOf(payoutId)).toMatchObject({ outcome: "ACCEPTED", tries: 2 });
    const taken = books.describe(payoutId);
    request.resolve();
    await resumeAndLose(first);
    expect(books.describe(payoutId)).toEqual(taken);
    await expectOneTransfer(books, payoutId);
  }, 60_000);

  /** Creates a payout by the first process, stops it in its call, and waits until the other has taken over. */
  async function stopInCall(fault: Fault) {
    // A limit of the call that outlasts the lease: the lease alone decides.
    const [face] = await open({ services: 2, connectorTimeoutMs: 20_000, settleMs: 200 });
    const [first] = world.services;
    const [proxy] = world.proxies;
    if (first === undefined || proxy === undefined) throw new Error("there is no first process");
    const books = world.books();
    const called = Promise.withResolvers<void>();
    proxy.choose = (line) => {
      if (!line.startsWith("POST /transfers")) return PASS;
      called.resolve();
      return fault;
    };
    // Nobody will answer this one in time.
    void place(face, "stopped").catch(() => {});
    await called.promise;
    // A held-back reply is held by the proxy: the processor has the transfer by then.
    if (fault.kind === "hold" && fault.way === "reply") {
      expect(await eventually(() => books.transfers().size === 1, 5000)).toBe(true);
    }
    first.pause();
    const [payout] = books.payouts();
    if (payout === undefined) throw new Error("the payout is not stored");
    expect(await eventually(() => books.rests(), 20_000)).toBe(true);
    return { first, books, payoutId: payout.payoutId };
  }

  async function resumeAndLose(first: Program): Promise<void> {
    first.resume();
    expect(await eventually(() => first.logged("a lease was lost"), 10_000)).toBe(true);
  }

  async function stepOf(payoutId: string): Promise<unknown> {
    const other = restFace(world.services[1]?.url ?? "");
    const answer = await other.call(
      get,
      { payoutId, sync: "STORED", view: "FULL" },
      { key: API_KEY },
    );
    if (!answer.ok) throw new Error("the payout cannot be read");
    const { attempts } = answer.message["payout"] as unknown as Full;
    return attempts[0]?.steps[0];
  }

  async function expectOneTransfer(books: Books, payoutId: string): Promise<void> {
    expect(books.transfers().size).toBe(1);
    expect(books.payouts()).toMatchObject([{ payoutId, status: "SUCCESS" }]);
    expect(books.atRest()).toEqual([]);
    books.close();
    expect(world.programs.flatMap(({ faults }) => faults)).toEqual([]);
  }
});

interface Full {
  readonly attempts: readonly { readonly steps: readonly unknown[] }[];
}
