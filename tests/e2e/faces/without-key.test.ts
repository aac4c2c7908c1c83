import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import { SERVICES } from "../../../src/app.ts";
import { grpcCheck, grpcClient, grpcUnary } from "../../transport/server/clients.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { PAYOUT } from "./shop.ts";

const run = promisify(execFile);
const timeout = 30_000;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

describe("health", () => {
  const transports = {
    gRPC: () => createGrpcTransport({ baseUrl: app.url }),
    "gRPC-Web": () => createGrpcWebTransport({ baseUrl: app.url }),
    Connect: () => createConnectTransport({ baseUrl: app.url, httpVersion: "1.1" }),
  };
  for (const [name, transport] of Object.entries(transports)) {
    test(`${name}: Check knows the whole and every service`, async () => {
      const client = createClient(Health, transport());
      for (const service of ["", ...SERVICES.map(({ typeName }) => typeName)]) {
        expect((await client.check({ service })).status).toBe(ServingStatus.SERVING);
      }
      await expect(client.check({ service: "no.such" })).rejects.toMatchObject({ code: 5 });
    });
  }

  test("grpc-js", async () => {
    const client = grpcClient(app);
    const answer = await grpcUnary(client, grpcCheck, create(HealthCheckRequestSchema));
    expect(answer.status).toBe(ServingStatus.SERVING);
    client.close();
  });

  test("Watch says at once how it stands, and that it ends when the service stops", async () => {
    const stopped = await startTestApp();
    const client = createClient(Health, createGrpcTransport({ baseUrl: stopped.url }));
    const seen: ServingStatus[] = [];
    for await (const { status } of client.watch({})) {
      seen.push(status);
      if (status === ServingStatus.SERVING) void stopped.stop();
    }
    expect(seen).toEqual([ServingStatus.SERVING, ServingStatus.NOT_SERVING]);
    await stopped.stop();
  });

  test("/livez and /readyz", async () => {
    const live = await fetch(`${app.url}/livez`);
    expect({ status: live.status, text: await live.text() }).toEqual({ status: 200, text: "ok" });
    const ready = await fetch(`${app.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: "SERVING" });
  });
});

describe("pages", () => {
  test("GET / tells where things are, and runs no script", async () => {
    const home = await fetch(app.url);
    expect(home.status).toBe(200);
    expect(home.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(home.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(home.headers.get("x-content-type-options")).toBe("nosniff");
    const text = await home.text();
    expect(text).toContain("/v1/payouts");
    expect(text).not.toContain("<script");
    expect(text).not.toContain(app.apiKey);
  });

  test("an unknown link is a page, and its token is nowhere in it", async () => {
    const token = "t".repeat(43);
    const answer = await fetch(`${app.url}/l/${token}`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await answer.text()).not.toContain(token);
    expect(app.logs.join("")).not.toContain(token);
  });
});

describe("reflection: buf curl, without a schema", { timeout }, () => {
  const h2 = "--http2-prior-knowledge";
  const curl = async (path: string, ...args: string[]) => {
    const { stdout } = await run("node_modules/.bin/buf", ["curl", ...args, app.url + path], {
      timeout,
    });
    return stdout;
  };

  test("lists every service and method", async () => {
    const services = (await curl("", h2, "--list-services")).trim().split("\n");
    expect(services).toEqual(expect.arrayContaining(SERVICES.map(({ typeName }) => typeName)));
    const methods = (await curl("", h2, "--list-methods")).trim().split("\n");
    const all = SERVICES.flatMap((each) => each.methods.map((m) => `${each.typeName}/${m.name}`));
    expect(methods).toEqual(expect.arrayContaining(all));
  });

  for (const [protocol, ...flags] of [
    ["grpc", h2],
    ["grpcweb", h2],
    ["connect", h2],
  ] as const) {
    test(`Create over ${protocol}`, async () => {
      const answer = await curl(
        "/payout.v1.PayoutService/Create",
        ...flags,
        "--protocol",
        protocol,
        "--header",
        `Authorization: Bearer ${app.apiKey}`,
        "--data",
        JSON.stringify(PAYOUT),
      );
      expect(JSON.parse(answer)).toMatchObject({ payout: { status: "PENDING" } });
    });
  }

  test("a call without a key is refused in words", async () => {
    const call = curl("/payout.v1.PayoutService/List", h2, "--protocol", "grpc", "-d", "{}");
    await expect(call).rejects.toMatchObject({
      stderr: expect.stringContaining("unauthenticated"),
    });
  });
});
