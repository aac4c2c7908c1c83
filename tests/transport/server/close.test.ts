import { once } from "node:events";
import http2 from "node:http2";
import { create } from "@bufbuild/protobuf";
import { Metadata, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import { createOnePortServer } from "../../../src/transport/server/one-port-server.ts";
import { grpcCheck, grpcClient, grpcUnary, grpcWatch, RawConnection } from "./clients.ts";
import { type StartedServer, startServer } from "./start-server.ts";

const longMs = 60_000;
const request = create(HealthCheckRequestSchema);

/** Holds every Check until `release`; `arrived` resolves when the first one is inside. */
let gate: { arrived: Promise<void>; release: () => void };
let started: StartedServer;
beforeEach(async () => {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  gate = { arrived: arrived.promise, release: () => released.resolve() };
  const hold = async (): Promise<void> => {
    arrived.resolve();
    await released.promise;
  };
  started = await startServer({
    rpc: {
      interceptors: [
        (next) => async (call) => {
          if (call.header.has("x-hold")) await hold();
          return next(call);
        },
      ],
    },
    routes: (app) => {
      app.get("/hold", async () => {
        await hold();
        return "held";
      });
    },
  });
});
afterEach(async () => {
  gate.release();
  await started.stop();
});

test("idle clients of every kind do not hold it", async () => {
  const client = grpcClient(started);
  await grpcUnary(client, grpcCheck, request);
  const session = http2.connect(started.url);
  await once(session, "remoteSettings");
  const goaway = once(session, "goaway");
  const keepAlive = await RawConnection.open(started);
  await keepAlive.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  await keepAlive.until((text) => text.endsWith("ok"));
  const silent = await RawConnection.open(started);
  const halfPreface = await RawConnection.open(started);
  await halfPreface.write("PRI * HTTP/2");

  await started.server.close({ graceMs: longMs });
  expect((await goaway)[0]).toBe(http2.constants.NGHTTP2_NO_ERROR);
  await Promise.all([keepAlive.closed, silent.closed, halfPreface.closed]);
  await expect(fetch(`${started.url}/livez`)).rejects.toThrow();
  client.close();
});

test("a running gRPC call finishes, and its client is then let go", async () => {
  const client = grpcClient(started);
  const metadata = new Metadata();
  metadata.set("x-hold", "1");
  const call = grpcUnary(client, grpcCheck, request, metadata);
  await gate.arrived;
  const closed = started.server.close({ graceMs: longMs });
  expect(started.server.stopping.aborted).toBe(true);
  gate.release();
  expect((await call).status).toBe(ServingStatus.SERVING);
  await closed;
  client.close();
});

test("a running HTTP/1.1 request finishes with connection: close, and its socket goes", async () => {
  const raw = await RawConnection.open(started);
  await raw.write("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  await gate.arrived;
  const closed = started.server.close({ graceMs: longMs });
  gate.release();
  await closed;
  await raw.closed;
  expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 200 .*connection: close.*held$/is);
});

test("a running RPC over HTTP/1.1 does, too", async () => {
  const raw = await RawConnection.open(started);
  await raw.write(
    "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: a\r\nX-Hold: 1\r\n" +
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
  );
  await gate.arrived;
  const closed = started.server.close({ graceMs: longMs });
  gate.release();
  await closed;
  await raw.closed;
  expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 200 .*connection: close.*SERVING/is);
});

test("a Watch ends by itself", async () => {
  const client = grpcClient(started);
  const call = client.makeServerStreamRequest(
    grpcWatch.path,
    grpcWatch.requestSerialize,
    grpcWatch.responseDeserialize,
    request,
  );
  const ended = once(call, "status");
  await once(call, "data");
  call.resume();
  await started.server.close({ graceMs: longMs });
  expect((await ended)[0].code).toBe(status.OK);
  client.close();
});

test("what does not finish is cut after the grace, and the promise still resolves", async () => {
  const client = grpcClient(started);
  const metadata = new Metadata();
  metadata.set("x-hold", "1");
  const call = grpcUnary(client, grpcCheck, request, metadata);
  const outcome = expect(call).rejects.toMatchObject({ code: status.UNAVAILABLE });
  await gate.arrived;
  await started.server.close({ graceMs: 20 });
  await outcome;
  client.close();
});

test("closing again is the same end, and can force it", async () => {
  const raw = await RawConnection.open(started);
  await raw.write("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  await gate.arrived;
  const first = started.server.close({ graceMs: longMs });
  const second = started.server.close({ graceMs: longMs });
  const forced = started.server.close({ graceMs: 0 });
  await Promise.all([first, second, forced]);
  await raw.closed;
  await started.server.close({ graceMs: longMs });
});

test("closing before listening resolves", async () => {
  const server = createOnePortServer({ newRequestId: () => "req" });
  await server.close({ graceMs: longMs });
  expect(server.stopping.aborted).toBe(true);
});

test("a port that is taken rejects", async () => {
  const server = createOnePortServer({ newRequestId: () => "req" });
  const listening = server.listen({ host: started.host, port: started.port });
  await expect(listening).rejects.toMatchObject({ code: "EADDRINUSE" });
  await server.close({ graceMs: 0 });
});

test("a request on a connection that is still open gets 503 and is not begun", async () => {
  const raw = await RawConnection.open(started);
  await raw.write("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  await gate.arrived;
  const closed = started.server.close({ graceMs: longMs });
  await raw.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.release();
  await closed;
  await raw.closed;
  expect(raw.received.toString("latin1")).not.toContain("\r\n\r\nok");
});
