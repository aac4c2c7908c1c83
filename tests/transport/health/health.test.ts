import { once } from "node:events";
import { create } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import { HealthState } from "../../../src/transport/health/health-state.ts";
import { grpcClient, grpcWatch } from "../server/clients.ts";
import { type StartedServer, startServer } from "../server/start-server.ts";

const service = Health.typeName;

let started: StartedServer;
beforeEach(async () => {
  started = await startServer({ maxWatches: 3 });
});
afterEach(() => started.stop());

function client() {
  return createClient(Health, createGrpcTransport({ baseUrl: started.url }));
}

describe("state", () => {
  test("starts as not serving, and a service it was not made with stays unknown", () => {
    const state = new HealthState(["a"]);
    expect([state.get(), state.get(""), state.get("a"), state.get("b")]).toEqual([
      false,
      false,
      false,
      undefined,
    ]);
    expect(() => state.set(true, "b")).toThrow(RangeError);
    expect(state.get("b")).toBeUndefined();
  });

  test("without a name sets the whole and every service, with one that one", () => {
    const state = new HealthState(["a", "b"]);
    state.set(true);
    state.set(false, "a");
    expect([state.get(), state.get("a"), state.get("b")]).toEqual([true, false, true]);
  });
});

describe("Check", () => {
  test("tells the whole and each service", async () => {
    started.state.set(false, service);
    expect((await client().check({})).status).toBe(ServingStatus.SERVING);
    expect((await client().check({ service })).status).toBe(ServingStatus.NOT_SERVING);
  });

  test("of an unknown service is NOT_FOUND, without repeating its name", async () => {
    const call = client().check({ service: "canary" });
    await expect(call).rejects.toMatchObject({ code: Code.NotFound });
    await expect(call).rejects.not.toThrow("canary");
  });
});

describe("Watch", () => {
  async function* statuses(of: string, signal?: AbortSignal) {
    const options = signal === undefined ? {} : { signal };
    for await (const { status } of client().watch({ service: of }, options)) yield status;
  }

  test("tells the status now, then changes, and nothing that did not change", async () => {
    const watch = statuses(service);
    expect((await watch.next()).value).toBe(ServingStatus.SERVING);
    started.state.set(true);
    started.state.set(false, "");
    started.state.set(false, service);
    expect((await watch.next()).value).toBe(ServingStatus.NOT_SERVING);
    started.state.set(true);
    expect((await watch.next()).value).toBe(ServingStatus.SERVING);
    await watch.return(undefined);
  });

  test("of an unknown service says so and stays open until the stop", async () => {
    const watch = statuses("no.such.Service");
    expect((await watch.next()).value).toBe(ServingStatus.SERVICE_UNKNOWN);
    const end = watch.next();
    await started.server.close({ graceMs: 60_000 });
    expect((await end).done).toBe(true);
  });

  test("says NOT_SERVING before the stop ends it", async () => {
    const watch = statuses("");
    expect((await watch.next()).value).toBe(ServingStatus.SERVING);
    started.state.set(false);
    const closed = started.server.close({ graceMs: 60_000 });
    expect((await watch.next()).value).toBe(ServingStatus.NOT_SERVING);
    expect((await watch.next()).done).toBe(true);
    await closed;
  });

  test("over HTTP/1.1, as Connect", async () => {
    const transport = createConnectTransport({ baseUrl: started.url, httpVersion: "1.1" });
    const answers = createClient(Health, transport).watch({})[Symbol.asyncIterator]();
    expect((await answers.next()).value?.status).toBe(ServingStatus.SERVING);
    started.state.set(false);
    expect((await answers.next()).value?.status).toBe(ServingStatus.NOT_SERVING);
    await answers.return?.();
  });

  test("by grpc-js, which cancels", async () => {
    const grpc = grpcClient(started);
    const call = grpc.makeServerStreamRequest(
      grpcWatch.path,
      grpcWatch.requestSerialize,
      grpcWatch.responseDeserialize,
      create(HealthCheckRequestSchema),
    );
    call.on("error", () => {});
    const [first] = (await once(call, "data")) as [HealthCheckResponse];
    expect(first.status).toBe(ServingStatus.SERVING);
    call.cancel();
    grpc.close();
  });

  test("is bounded, and an ended one makes room", async () => {
    const aborts = [1, 2, 3].map(() => new AbortController());
    const watches = aborts.map(({ signal }) => statuses("", signal));
    for (const watch of watches) await watch.next();
    await expect(statuses("").next()).rejects.toMatchObject({ code: Code.ResourceExhausted });

    aborts[0]?.abort();
    await expect(watches[0]?.next()).rejects.toMatchObject({ code: Code.Canceled });
    // The server hears of it by a frame of its own connection: ask until it has.
    await expect
      .poll(
        async () => {
          const watch = statuses("");
          try {
            return (await watch.next()).value;
          } catch {
            return undefined;
          } finally {
            await watch.return(undefined);
          }
        },
        { interval: 5 },
      )
      .toBe(ServingStatus.SERVING);
    for (const abort of aborts) abort.abort();
  });
});

describe("plain routes", () => {
  const get = async (path: string) => {
    const answer = await fetch(started.url + path);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    return [answer.status, await answer.text()];
  };

  test("/livez is ok whatever the state, /readyz follows it", async () => {
    expect(await get("/livez")).toEqual([200, "ok"]);
    expect(await get("/readyz")).toEqual([200, '{"status":"SERVING"}']);
    started.state.set(false);
    expect(await get("/livez")).toEqual([200, "ok"]);
    expect(await get("/readyz")).toEqual([503, '{"status":"NOT_SERVING"}']);
  });
});
