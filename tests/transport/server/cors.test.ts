import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import { type StartedServer, startServer } from "./start-server.ts";

const origin = "https://dash.example";
const paths = ["/grpc.health.v1.Health/Check", "/livez"];

function preflight(url: string, from: string): Promise<Response> {
  return fetch(url, {
    method: "OPTIONS",
    headers: {
      origin: from,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-grpc-web",
    },
  });
}

function corsHeaders(answer: Response): string[] {
  return [...answer.headers.keys()].filter((name) => name.startsWith("access-control-"));
}

function list(answer: Response, header: string): string[] {
  return (answer.headers.get(header) ?? "").toLowerCase().split(", ");
}

describe("with an origin", () => {
  let started: StartedServer;
  beforeAll(async () => {
    started = await startServer({ corsOrigins: [origin, "https://other.example"] });
  });
  afterAll(() => started.stop());

  for (const path of paths) {
    test(`preflight of ${path}`, async () => {
      const answer = await preflight(started.url + path, origin);
      expect(answer.status).toBe(204);
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-max-age")).toBe("7200");
      expect(answer.headers.get("vary")).toContain("Origin");
      expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
      expect(list(answer, "access-control-allow-headers")).toEqual(
        expect.arrayContaining([
          "authorization",
          "connect-protocol-version",
          "connect-timeout-ms",
          "content-type",
          "grpc-timeout",
          "idempotency-key",
          "last-event-id",
          "x-grpc-web",
        ]),
      );
      expect(list(answer, "access-control-allow-methods")).toContain("patch");
    });

    test(`preflight of ${path} from elsewhere allows nothing`, async () => {
      const answer = await preflight(started.url + path, "https://evil.example");
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    });
  }

  test("gRPC-Web as a browser sends it", async () => {
    let seen: Headers | undefined;
    const transport = createGrpcWebTransport({
      baseUrl: started.url,
      fetch: async (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set("origin", origin);
        const answer = await fetch(input, { ...init, headers, redirect: "follow" });
        seen = answer.headers;
        return answer;
      },
    });
    const answer = await createClient(Health, transport).check({});
    expect(answer.status).toBe(ServingStatus.SERVING);
    expect(seen?.get("access-control-allow-origin")).toBe(origin);
    expect(seen?.get("access-control-expose-headers")?.toLowerCase().split(", ")).toEqual(
      expect.arrayContaining([
        "grpc-message",
        "grpc-status",
        "grpc-status-details-bin",
        "idempotency-replayed",
        "retry-after",
        "x-request-id",
      ]),
    );
  });

  test("an error on an RPC can be read too", async () => {
    const answer = await fetch(`${started.url}/grpc.health.v1.Health/Check`, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: '{"service": "no.such"}',
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
  });
});

describe("without origins", () => {
  let started: StartedServer;
  beforeAll(async () => {
    started = await startServer();
  });
  afterAll(() => started.stop());

  for (const path of paths) {
    test(`no header at all on ${path}`, async () => {
      expect(corsHeaders(await preflight(started.url + path, origin))).toEqual([]);
      const answer = await fetch(started.url + path, { headers: { origin } });
      expect(corsHeaders(answer)).toEqual([]);
    });
  }
});
