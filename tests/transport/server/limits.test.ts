import { once } from "node:events";
import http2 from "node:http2";
import { gzipSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Health, HealthCheckRequestSchema } from "../../../gen/grpc/health/v1/health_pb.js";
import { resolveLimits } from "../../../src/transport/server/one-port-options.ts";
import { grpcCheck, grpcClient, grpcFrame, grpcUnary, http2Call } from "./clients.ts";
import { type StartedServer, startServer } from "./start-server.ts";

const checkPath = "/grpc.health.v1.Health/Check";
const grpcHeaders = { "content-type": "application/grpc", te: "trailers" };

let started: StartedServer;
beforeAll(async () => {
  started = await startServer({
    routes: (app) => {
      app.post("/echo", async (request) => request.body);
    },
  });
});
afterAll(() => started.stop());

describe("URL", () => {
  const path = (length: number): string => `/livez?${"a".repeat(length - 7)}`;

  test("of 8 KiB passes, one byte more is 414", async () => {
    expect((await fetch(started.url + path(8192))).status).toBe(200);
    const refused = await fetch(started.url + path(8193));
    expect(refused.status).toBe(414);
    expect(refused.headers.get("x-request-id")).toMatch(/^req-/);
  });

  test("over HTTP/2 too", async () => {
    const headers = { ":method": "GET" };
    const passed = await http2Call(started.url, { path: path(8192), headers });
    expect(passed.headers[":status"]).toBe(200);
    const refused = await http2Call(started.url, { path: path(8193), headers });
    expect(refused.headers[":status"]).toBe(414);
  });

  test("the refusal does not repeat it", async () => {
    const refused = await fetch(`${started.url}/%zz-canary`);
    expect(refused.status).toBe(400);
    expect(await refused.text()).not.toContain("canary");
  });
});

describe("headers", () => {
  test("HTTP/1.1: past 16 KiB is 431", async () => {
    const fits = await fetch(`${started.url}/livez`, { headers: { a: "x".repeat(15_000) } });
    expect(fits.status).toBe(200);
    const refused = await fetch(`${started.url}/livez`, { headers: { a: "x".repeat(17_000) } });
    expect(refused.status).toBe(431);
  });

  const get = (length: number): http2.OutgoingHttpHeaders => ({
    ":method": "GET",
    ":path": "/livez",
    a: "x".repeat(length),
  });

  test("HTTP/2: past 16 KiB is 431 while the client does not know the settings", async () => {
    const call = (length: number) =>
      http2Call(started.url, { path: "/livez", headers: get(length) });
    expect((await call(15_000)).headers[":status"]).toBe(200);
    expect((await call(17_000)).headers[":status"]).toBe(431);
  });

  test("HTTP/2: past 16 KiB resets the stream once the client knows", async () => {
    const session = http2.connect(started.url);
    await once(session, "remoteSettings");
    await new Promise<void>((resolve) => session.ping(() => resolve()));
    const stream = session.request(get(17_000));
    const [error] = await once(stream, "error").catch((reason) => [reason]);
    expect(String(error)).toContain("ENHANCE_YOUR_CALM");
    session.destroy();
  });
});

describe("bodies", () => {
  const echo = (length: number) =>
    fetch(`${started.url}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify("x".repeat(length - 2)),
    });

  test("of a plain route: 1 MiB passes, one byte more is 413", async () => {
    expect((await echo(1024 * 1024)).status).toBe(200);
    expect((await echo(1024 * 1024 + 1)).status).toBe(413);
  });

  test("of a plain route over HTTP/2, without a length", async () => {
    const answer = await http2Call(started.url, {
      path: "/echo",
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify("x".repeat(1024 * 1024))),
    });
    expect(answer.headers[":status"]).toBe(413);
  });

  const service = "x".repeat(2000);
  for (const [name, transport] of [
    ["Connect, HTTP/1.1", createConnectTransport],
    ["gRPC", createGrpcTransport],
  ] as const) {
    test(`of an RPC: ${name}`, async () => {
      const client = createClient(
        Health,
        transport({ baseUrl: started.url, httpVersion: name === "gRPC" ? "2" : "1.1" } as never),
      );
      await expect(client.check({ service: "x".repeat(900) })).rejects.toMatchObject({
        code: Code.NotFound,
      });
      await expect(client.check({ service })).rejects.toMatchObject({
        code: Code.ResourceExhausted,
      });
    });
  }

  test("of an RPC: grpc-js", async () => {
    const client = grpcClient(started);
    const call = grpcUnary(client, grpcCheck, create(HealthCheckRequestSchema, { service }));
    await expect(call).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    client.close();
  });

  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));

  test("of an RPC, after decompression: Connect", async () => {
    const answer = await fetch(started.url + checkPath, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: gzipSync(JSON.stringify({ service })),
    });
    expect(await answer.json()).toMatchObject({ code: "resource_exhausted" });
  });

  test("of an RPC, after decompression: a bomb over gRPC", async () => {
    const big = await startServer({ rpc: { readMaxBytes: 1024 * 1024 } });
    try {
      const before = process.memoryUsage().rss;
      const answer = await http2Call(big.url, {
        path: checkPath,
        headers: { ...grpcHeaders, "grpc-encoding": "gzip" },
        body: grpcFrame(bomb, true),
      });
      expect(answer.trailers["grpc-status"]).toBe(String(Code.ResourceExhausted));
      expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
    } finally {
      await big.stop();
    }
  });
});

describe("odd requests to an RPC", () => {
  test("a frame that promises 4 GiB", async () => {
    const frame = Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
    const answer = await http2Call(started.url, {
      path: checkPath,
      headers: grpcHeaders,
      body: frame,
    });
    expect(answer.trailers["grpc-status"]).toBe(String(Code.ResourceExhausted));
  });

  test("a content type that is nobody's is 415, a method that is nobody's 405", async () => {
    const post = (contentType: string, method = "POST") =>
      fetch(started.url + checkPath, {
        method,
        headers: { "content-type": contentType },
        body: "x",
      });
    expect((await post("text/css")).status).toBe(415);
    expect((await post("application/json", "PUT")).status).toBe(405);
  });

  test("bidi over HTTP/1.1 is 505 and closes", async () => {
    const answer = await fetch(
      `${started.url}/grpc.reflection.v1.ServerReflection/ServerReflectionInfo`,
      { method: "POST", headers: { "content-type": "application/connect+json" }, body: "x" },
    );
    expect(answer.status).toBe(505);
    expect(answer.headers.get("connection")).toBe("close");
  });
});

test("limits that would not hold are refused", () => {
  expect(() => resolveLimits({ headersMs: 2, requestMs: 1 })).toThrow(RangeError);
  expect(() => resolveLimits({ urlBytes: 32 * 1024 })).toThrow(RangeError);
  expect(() => resolveLimits({ idleMs: 0 })).toThrow(RangeError);
  expect(() => resolveLimits({ bodyBytes: Number.NaN })).toThrow(RangeError);
  expect(resolveLimits({ connectionsPerAddress: 0 }).connectionsPerAddress).toBe(0);
});
