import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServiceImplSpec } from "@connectrpc/connect";
import type { FastifyInstance, RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SERVICES } from "../../src/app.ts";
import { compileRoutes } from "../../src/transport/rest/compile.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { OPERATIONS } from "./document.ts";

/** Routes of Fastify's that are for people, for RPC, or the mounts of all bindings. */
const NO_API = /^(\/|\/docs(\/.*)?|\/assets\/.*|\/l\/.*|\/v1(\/\*)?|\/(grpc|payout)\.[\w.]+\/\w+)$/;

let app: TestApp;
const routes: RouteOptions[] = [];
beforeAll(async () => {
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook("onRoute", (route) => void routes.push(route));
  };
  subscribe("fastify.initialization", listen);
  app = await startTestApp();
  unsubscribe("fastify.initialization", listen);
});
afterAll(() => app.stop());

const described = OPERATIONS.map(({ method, segments }) => `${method} /${segments.join("/")}`);

test("the document has every binding of the contract and every other route, and nothing else", () => {
  const bindings = compileRoutes(SERVICES.map((each) => createServiceImplSpec(each, {})));
  const bound = bindings.map(({ httpMethod, pattern }) => `${httpMethod} ${inJson(pattern)}`);
  const plain = routes
    .filter(({ url }) => !NO_API.test(url))
    .flatMap(({ url, method }) => [method].flat().map((each) => ({ url, method: each })))
    // Every GET has one; and what is read only refuses all other methods by itself.
    .filter(({ url, method }) => method === "GET" || (method !== "HEAD" && url !== "/openapi.json"))
    .map(({ url, method }) => `${method} ${url.replace(/:(\w+)/g, "{$1}")}`);
  expect(bound.length).toBeGreaterThan(50);
  expect(plain).toContain("POST /webhooks/{connector}/{connectorAccountId}");
  expect([...bound, ...plain].sort()).toEqual([...described].sort());
});

function inJson(pattern: string): string {
  return pattern.replace(/(?<=\{\w*)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

describe("the running service takes what is described, and nothing else", () => {
  test.each(OPERATIONS)("$name", async ({ method, segments }) => {
    const path = `/${segments.map((each) => (each.startsWith("{") ? "x" : each)).join("/")}`;
    const answer = await fetch(app.url + path, { method });
    await answer.text();
    // Without a key: whatever is under /v1 is known, and asks for one.
    expect(answer.status).toBe(
      path.startsWith("/v1/") ? 401 : path.startsWith("/webhooks/") ? 404 : 200,
    );
    if (!path.startsWith("/v1/")) return;

    const refused = await fetch(app.url + path, { method: "OPTIONS" });
    await refused.text();
    expect(refused.status).toBe(405);
    const allowed = OPERATIONS.filter((each) => fits(each.segments, segments)).map((e) => e.method);
    if (allowed.includes("GET")) allowed.push("HEAD");
    expect(refused.headers.get("allow")?.split(", ").sort()).toEqual([...new Set(allowed)].sort());
  });
});

/** Whether a path takes what another is called with. */
function fits(pattern: readonly string[], called: readonly string[]): boolean {
  if (pattern.length !== called.length) return false;
  return pattern.every((each, index) => {
    const part = called[index]?.startsWith("{") ? "x" : called[index];
    return each.startsWith("{") || each === part;
  });
}
