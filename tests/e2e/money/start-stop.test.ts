import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { create } from "@bufbuild/protobuf";
import { Metadata, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { PayoutService, WatchRequestSchema } from "../../../gen/payout/v1/payout_service_pb.js";
import { grpcClient, grpcMethod } from "../../transport/server/clients.ts";
import { expectSettledBooks, expectSound, storedPayouts, unfinished } from "./books.ts";
import {
  type Answer,
  Client,
  eventually,
  ok,
  order,
  type PayoutBody,
  type Problem,
} from "./client.ts";
import { API_KEY, openOwnWorkbench, type Running } from "./process.ts";

/** No key by setting: the service makes one. */
const NO_KEY = { PAYOUT_BOOTSTRAP_API_KEY: "" };
const PRINTED = /sk_(?:test|live)_[A-Za-z0-9_-]{20,}/g;

/** Resolves with the keys that a process has printed, once it has printed its greeting. */
function printedKeys({ lines }: Running): readonly string[] {
  return [...new Set(lines.flatMap((line) => line.match(PRINTED) ?? []))];
}

describe("whoever reads the log", () => {
  it("may go: the service ends when it is told to", async () => {
    const service = await openOwnWorkbench().service();
    service.stopReading();
    expect(await service.end("SIGTERM")).toEqual({ code: 0, signal: null });
  });

  it("may go: the service works on", async () => {
    const service = await openOwnWorkbench().service({ LOG_LEVEL: "debug" });
    service.stopReading();
    const client = new Client(service.url);
    for (const _ of [1, 2, 3]) ok(await client.post("/v1/payouts", order()));
    expect(await service.end("SIGTERM")).toEqual({ code: 0, signal: null });
  });
});

describe("the first API key", () => {
  it("is printed on the first start, once, and in no log line", async () => {
    const bench = openOwnWorkbench();
    const first = await bench.service(NO_KEY);
    await eventually(
      async () => printedKeys(first),
      (keys) => keys.length > 0,
    );
    const [key = "", ...others] = printedKeys(first);
    expect(others).toEqual([]);
    expect(key).toMatch(/^sk_test_/);
    const shown = first.lines.filter((line) => line.includes(key));
    expect(shown).not.toEqual([]);
    for (const line of shown) expect(line.startsWith("{")).toBe(false);
    ok(await new Client(first.url).post("/v1/payouts", order(), { apiKey: key }));
    expect((await first.end("SIGTERM")).code).toBe(0);

    const second = await bench.service(NO_KEY);
    ok(await new Client(second.url).post("/v1/payouts", order(), { apiKey: key }));
    expect((await second.end("SIGTERM")).code).toBe(0);
    expect(printedKeys(second)).toEqual([]);
  });

  it("is printed by the start that works, when the one before found its port taken", async () => {
    const bench = openOwnWorkbench();
    const holder: Server = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    await expect(bench.service({ ...NO_KEY, PORT: String(port) })).rejects.toThrow("ended with 1");
    holder.close();
    const service = await bench.service(NO_KEY);
    const [key = ""] = await eventually(
      async () => printedKeys(service),
      (keys) => keys.length > 0,
      3000,
    );
    ok(await new Client(service.url).post("/v1/payouts", order(), { apiKey: key }));
  });

  it.each([
    ["sk_test_", 200],
    ["sk_live_", 400],
  ])("given as %s is installed and never printed", async (prefix, answer) => {
    const bench = openOwnWorkbench();
    const key = `${prefix}${"k".repeat(40)}`;
    const service = await bench.service({ PAYOUT_BOOTSTRAP_API_KEY: key });
    const api = new Client(service.url);
    const created = await api.post("/v1/payouts", order(), { apiKey: key });
    expect(created.status).toBe(answer);
    if (answer === 200) {
      expect(ok<PayoutBody & { livemode: boolean }>(created).livemode).toBe(false);
    } else {
      // The sandbox pays nobody live.
      expect(created.body).toMatchObject({ reason: "CONNECTOR_UNSUPPORTED" });
    }
    expect((await api.post("/v1/payouts", order())).status).toBe(401);
    expect((await service.end("SIGTERM")).code).toBe(0);
    expect(service.output).not.toContain(key);
    expect(printedKeys(service)).toEqual([]);
  });

  it.each(["sk_test_short", `pk_test_${"x".repeat(32)}`])(
    "that is none (%s) ends the start with 78",
    async (key) => {
      const bench = openOwnWorkbench();
      await expect(bench.service({ PAYOUT_BOOTSTRAP_API_KEY: key })).rejects.toThrow(
        "ended with 78",
      );
      expect(bench.output).toContain("PAYOUT_BOOTSTRAP_API_KEY");
      expect(bench.output).not.toContain(key);
    },
  );
});

describe("SIGTERM", () => {
  it("under load: every call is answered or told to come again, and nothing is lost", async () => {
    const bench = openOwnWorkbench();
    const service = await bench.service();
    const api = new Client(service.url);
    const answered: string[] = [];
    let stopping = false;
    let refusals = 0;
    /** Orders until it hears that the service stops, or finds nobody there. */
    const load = async (caller: number) => {
      for (let index = 0; ; index += 1) {
        const scenario = ["success", "slow", "decline", "timeout_after_accept"][index % 4];
        let answer: Answer;
        try {
          answer = await api.post("/v1/payouts", order(scenario), { key: `${caller}-${index}` });
        } catch (error) {
          // Refused connections only, and only once it stops.
          expect(stopping, String(error)).toBe(true);
          return;
        }
        if (answer.status === 200) answered.push(ok<PayoutBody>(answer).payoutId);
        else {
          const problem = answer.body as Problem;
          expect([stopping, answer.status, problem.code, problem.retryable]).toEqual([
            true,
            503,
            "unavailable",
            true,
          ]);
          refusals += 1;
          return;
        }
      }
    };
    const callers = Promise.all(Array.from({ length: 30 }, (_, caller) => load(caller)));
    await eventually(
      async () => answered.length,
      (count) => count > 100,
    );
    const began = performance.now();
    stopping = true;
    const exit = await service.end("SIGTERM");
    expect(exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(25_000);
    await callers;
    expect(refusals).toBeLessThanOrEqual(30);
    expectSound(bench.databasePath);
    const stored = new Set(storedPayouts(bench.databasePath).map(({ payoutId }) => payoutId));
    expect(answered.filter((payoutId) => !stored.has(payoutId))).toEqual([]);

    await bench.service();
    await eventually(
      async () => unfinished(bench.databasePath),
      (open) => open.length === 0,
      20_000,
      (open) => JSON.stringify(open),
    );
    await expectSettledBooks(bench.databasePath, bench.ledgerPath);
  });

  it("does not wait for idle clients and open streams of grpc-js", async () => {
    const bench = openOwnWorkbench();
    const service = await bench.service();
    const { hostname: host, port } = new URL(service.url);
    const idle = grpcClient({ host, port: Number(port) });
    const watching = grpcClient({ host, port: Number(port) });
    const watch = grpcMethod(PayoutService.method.watch);
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${API_KEY}`);
    const stream = watching.makeServerStreamRequest(
      watch.path,
      watch.requestSerialize,
      watch.responseDeserialize,
      create(WatchRequestSchema),
      metadata,
    );
    await once(stream, "data");
    const ended = once(stream, "status");
    stream.resume();
    await new Promise<void>((resolve, reject) => {
      idle.waitForReady(Date.now() + 5000, (error) => (error ? reject(error) : resolve()));
    });
    const began = performance.now();
    expect(await service.end("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(5000);
    const [{ code }] = await ended;
    expect([status.OK, status.UNAVAILABLE]).toContain(code);
    for (const client of [idle, watching]) client.close();
  });

  it("lets a call that is being answered finish", async () => {
    const bench = openOwnWorkbench();
    const service = await bench.service({ PAYOUT_SANDBOX_SETTLE_MS: "5000" });
    const api = new Client(service.url);
    const creating = api.create(order("slow", { merchantPayoutId: "last" }));
    const path = "/v1/payouts/by-merchant-id/last?sync=STORED";
    while ((await api.call("GET", path)).status !== 200);
    const exit = service.end("SIGTERM");
    expect(await creating).toMatchObject({ status: "PENDING" });
    expect(await exit).toEqual({ code: 0, signal: null });
  });

  it("a second time is an order", async () => {
    const bench = openOwnWorkbench();
    const service = await bench.service();
    const api = new Client(service.url);
    const creating = api.create(order("slow", { merchantPayoutId: "cut" })).catch(() => null);
    const path = "/v1/payouts/by-merchant-id/cut?sync=STORED";
    while ((await api.call("GET", path)).status !== 200);
    const began = performance.now();
    const stopping = service.until((line) => (line.includes('"stopping"') ? line : undefined));
    service.signal("SIGTERM");
    await stopping;
    expect(await service.end("SIGTERM")).toEqual({ code: 1, signal: null });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await creating).toBeNull();
    expectSound(bench.databasePath);
  });
});
