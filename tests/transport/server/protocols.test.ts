import { create } from "@bufbuild/protobuf";
import { Code, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createGrpcWebTransport as createBrowserTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import {
  grpcCheck,
  grpcClient,
  grpcFrame,
  grpcUnary,
  http2Call,
  RawConnection,
} from "./clients.ts";
import { type StartedServer, startServer } from "./start-server.ts";

let started: StartedServer;
beforeAll(async () => {
  started = await startServer();
});
afterAll(() => started.stop());

describe("one port speaks", () => {
  const transports: [string, (baseUrl: string) => Transport][] = [
    ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
    ["gRPC-Web, HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
    ["gRPC-Web, HTTP/2", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
    ["gRPC-Web, fetch", (baseUrl) => createBrowserTransport({ baseUrl })],
    ["Connect, HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
    ["Connect, HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
    [
      "Connect binary, HTTP/2",
      (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: true }),
    ],
  ];
  for (const [name, transport] of transports) {
    test(name, async () => {
      const client = createClient(Health, transport(started.url));
      let requestId: string | null = null;
      const answer = await client.check(
        {},
        {
          onHeader: (header) => {
            requestId = header.get("x-request-id");
          },
        },
      );
      expect(answer.status).toBe(ServingStatus.SERVING);
      expect(requestId).toMatch(/^req-\d+$/);

      const unknown = client.check({ service: "no.such.Service" });
      await expect(unknown).rejects.toMatchObject({ code: Code.NotFound });
    });
  }

  test("gRPC as grpc-js speaks it", async () => {
    const client = grpcClient(started);
    try {
      const request = create(HealthCheckRequestSchema, { service: Health.typeName });
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => grpcUnary(client, grpcCheck, request)),
      );
      for (const answer of answers) expect(answer.status).toBe(ServingStatus.SERVING);
    } finally {
      client.close();
    }
  });

  test("plain HTTP, with a request id on every answer", async () => {
    for (const [path, status] of [
      ["/livez", 200],
      ["/no/such/path", 404],
      ["/%zz", 400],
    ] as const) {
      const answer = await fetch(started.url + path);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("x-request-id")).toMatch(/^req-\d+$/);
    }
  });

  test("a caller's own x-request-id is not taken over", async () => {
    const answer = await fetch(`${started.url}/livez`, { headers: { "x-request-id": "mine" } });
    expect(answer.headers.get("x-request-id")).not.toBe("mine");
  });
});

describe("JSON", () => {
  const post = (body: string) =>
    fetch(`${started.url}/grpc.health.v1.Health/Check`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });

  test("prints zero fields", async () => {
    started.state.set(false);
    try {
      expect(await (await post("{}")).json()).toEqual({ status: "NOT_SERVING" });
    } finally {
      started.state.set(true);
    }
  });

  test("refuses an unknown field, naming it", async () => {
    const answer = await post('{"sevrice": "typo"}');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("sevrice"),
    });
  });

  test("over gRPC refuses it too", async () => {
    const answer = await http2Call(started.url, {
      path: "/grpc.health.v1.Health/Check",
      headers: { "content-type": "application/grpc+json", te: "trailers" },
      body: grpcFrame('{"sevrice": "typo"}'),
    });
    expect(answer.trailers["grpc-status"]).toBe(String(Code.InvalidArgument));
  });
});

test("a Host header that makes no URL is answered with 400 on an RPC, and not with silence", async () => {
  const raw = await RawConnection.open(started);
  await raw.write(
    "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: [\r\n" +
      "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
  );
  await raw.closed;
  expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 400 /);
});
