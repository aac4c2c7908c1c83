import { readFileSync } from "node:fs";
import type { DescMethod } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractServices, methodsWithoutScope } from "../../../scripts/contract.ts";
import { renderRoles } from "../../../scripts/roles.ts";
import { SERVICES } from "../../../src/app.ts";
import { SCOPES, type Scope } from "../../../src/domain/access.ts";
import { scopeOf } from "../../../src/transport/interceptors/authorize.ts";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { ask, emptyRequest, takers } from "./ask.ts";

const METHODS = SERVICES.flatMap(({ methods }) => methods);

let app: TestApp;
let faces: readonly Face[];
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

describe("a key with one scope", () => {
  test("opens what docs/roles.md says and nothing else, on REST and on gRPC", async () => {
    const opened = new Map<DescMethod, Set<Scope>>(METHODS.map((method) => [method, new Set()]));
    for (const scope of SCOPES) {
      const { key } = app.addKey({ merchant: "other", scopes: [scope] });
      for (const method of METHODS) {
        const told = await Promise.all(
          takers(faces, method)
            .filter(({ name }) => name === "REST" || name === "gRPC")
            .map((face) => ask(face, method, emptyRequest(method), { key })),
        );
        for (const refusal of told) {
          expect(refusal?.told.code).not.toBe("internal");
          if (refusal?.told.reason === "SCOPE_MISSING") {
            expect(refusal.told).toMatchObject({
              code: "permission_denied",
              metadata: { required_scope: scopeOf(method) },
              violations: [],
            });
          }
        }
        const isOpen = told.map((refusal) => refusal?.told.reason !== "SCOPE_MISSING");
        expect(new Set(isOpen).size, `${method.name} is the same by both`).toBe(1);
        if (isOpen[0] === true) opened.get(method)?.add(scope);
      }
    }
    const met = renderRoles(
      await contractServices(),
      (method, scope) => opened.get(byName(method))?.has(scope) === true,
    );
    const page = new URL("../../../docs/roles.md", import.meta.url);
    expect(met, "node scripts/roles.ts writes the page anew").toBe(readFileSync(page, "utf8"));
  });

  test("and a key without any scope opens nothing", async () => {
    const { key } = app.addKey({ merchant: "other", scopes: [] });
    for (const method of METHODS) {
      for (const face of takers(faces, method)) {
        const refusal = await ask(face, method, emptyRequest(method), { key });
        expect({ method: method.name, reason: refusal?.told.reason }).toEqual({
          method: method.name,
          reason: "SCOPE_MISSING",
        });
      }
    }
  });
});

function byName({ parent, name }: DescMethod): DescMethod {
  const found = METHODS.find(
    (each) => each.parent.typeName === parent.typeName && each.name === name,
  );
  if (found === undefined) throw new Error(`${parent.typeName}.${name} is not served`);
  return found;
}

describe("without a key that works, every RPC is closed on every face", () => {
  const keys: readonly (readonly [string, () => string | null, reason: string])[] = [
    ["no key", () => null, "API_KEY_MISSING"],
    ["rubbish", () => "canary-4711", "API_KEY_INVALID"],
    ["a key that nobody has", () => `sk_test_${"canary47".repeat(5)}`, "API_KEY_INVALID"],
    [
      "an expired key",
      () => app.addKey({ merchant: "other", expireTime: app.clock.now() }).key,
      "API_KEY_INVALID",
    ],
    [
      "a revoked key",
      () => app.addKey({ merchant: "other", revokeTime: app.clock.now() }).key,
      "API_KEY_INVALID",
    ],
    ["a test key that says it is live", () => asLive(app.addKey().key), "API_KEY_INVALID"],
  ];
  for (const [name, make, reason] of keys) {
    test(name, async () => {
      const key = make();
      for (const method of METHODS) {
        const told = await Promise.all(
          takers(faces, method).map(async (face) => ({
            face: face.name,
            refusal: await ask(face, method, emptyRequest(method), { key }),
          })),
        );
        for (const { face, refusal } of told) {
          expect({ method: method.name, face, told: refusal?.told }).toMatchObject({
            method: method.name,
            face,
            told: { code: "unauthenticated", reason, metadata: {}, violations: [] },
          });
          if (key !== null) expect(JSON.stringify(refusal)).not.toContain(key);
        }
      }
      if (key !== null) expect(app.logs.join("")).not.toContain(key);
    });
  }

  test("by another scheme, or with more behind the key", async () => {
    for (const authorization of [
      `Basic ${app.apiKey}`,
      app.apiKey,
      `Bearer  ${app.apiKey}`,
      `Bearer ${app.apiKey} x`,
      `Bearer ${app.apiKey}, Bearer ${app.apiKey}`,
    ]) {
      const answer = await fetch(`${app.url}/v1/payouts`, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(await answer.text()).not.toContain(app.apiKey);
    }
  });

  test("the scheme's case does not matter", async () => {
    const headers = { authorization: `bearer ${app.apiKey}` };
    expect((await fetch(`${app.url}/v1/payouts`, { headers })).status).toBe(200);
  });
});

function asLive(key: string): string {
  return key.replace(/^sk_test_/, "sk_live_");
}

describe("the contract", () => {
  test("is served whole", async () => {
    const generated = (await contractServices()).map(({ typeName }) => typeName);
    expect(SERVICES.map(({ typeName }) => typeName).sort()).toEqual([...generated].sort());
  });

  test("is not built with an RPC that names no scope, or one that there is not", async () => {
    expect(methodsWithoutScope(await contractServices())).toEqual([]);
    const [service] = SERVICES;
    if (service === undefined) throw new Error("no service");
    for (const changed of [{ proto: { options: undefined } }, { typeName: "no.such" }]) {
      const methods = service.methods.map((method) => ({ ...method, ...changed }));
      const found = methodsWithoutScope([{ ...service, methods } as never]);
      expect(found).toEqual(
        "proto" in changed ? service.methods.map(({ name }) => `${service.typeName}.${name}`) : [],
      );
    }
  });
});
