import {
  create,
  type DescMessage,
  type DescMethod,
  type JsonObject,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { SERVICES } from "../../../src/app.ts";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { ENDPOINT, PAYOUT, PERSON, Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { ask, emptyRequest, takers } from "./ask.ts";
import { type Bound, boundsOf, withValue } from "./bounds.ts";

const METHODS = SERVICES.flatMap(({ methods }) => methods);
const { method } = PayoutService;

/** Requests that break no rule; the rest needs nothing but what its path has. */
const BASE = new Map<DescMethod, JsonObject>([
  [method.create, PAYOUT],
  [method.stage, PAYOUT],
  [method.resolve, { payoutId: "x", resolution: "PAID", reason: "x" }],
  [method.createLink, { amount: PAYOUT["amount"] ?? null }],
  [method.createRecipient, PERSON],
  [
    method.enrollDisburseAccount,
    { recipientId: "x", payoutMethodData: PAYOUT["payoutMethodData"] ?? null },
  ],
  [
    RoutingService.method.replaceRoutingRules,
    { rules: [{ name: "a", condition: "", connectors: ["sandbox"] }] },
  ],
  [RoutingService.method.previewRouting, { amount: PAYOUT["amount"] ?? null }],
  [WebhookEndpointService.method.createWebhookEndpoint, ENDPOINT],
  [AdminService.method.createMerchant, { name: "x" }],
  [AdminService.method.createApiKey, { scopes: ["links"] }],
]);

const baseOf = (of: DescMethod) => BASE.get(of) ?? emptyRequest(of);

let app: TestApp;
let faces: readonly Face[];
beforeAll(async () => {
  app = await startTestApp();
  const all = openFaces(app);
  faces = all.filter(({ name }) => name === "REST" || name === "Connect binary");
  for (const face of all) if (!faces.includes(face)) face.close();
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

/** Whether REST can say it: an empty part of a path is another path. */
function canSay(face: Face, { method: of, at, bad }: Bound): boolean {
  if (face.name !== "REST") return true;
  const [name = ""] = at;
  return !(name in emptyRequest(of) && (bad === "" || bad === undefined));
}

async function violations(face: Face, of: DescMethod, request: JsonObject, key: string) {
  const refusal = await ask(face, of, request, { key });
  expect(refusal?.told.code).not.toBe("internal");
  return refusal?.told.reason === "VALIDATION_FAILED" ? refusal.told.violations : [];
}

describe("each bound of the contract: on it passes, past it is refused by its field's name", () => {
  for (const of of METHODS) {
    const bounds = boundsOf([of]);
    if (bounds.length === 0) continue;
    test(`${of.parent.name}.${of.name}: ${bounds.length} bounds`, async () => {
      const by = takers(faces, of);
      const shops = by.map((face) => new Shop(app, face));
      for (const bound of bounds) {
        const { field, rule, at, good, bad, told } = bound;
        const isGroup = rule === "one of several";
        for (const { face, key } of shops) {
          if (!canSay(face, bound)) continue;
          const request = isGroup ? {} : withPath(of.input, baseOf(of), at, bad);
          if (isGroup && told.source.includes("at most")) continue;
          const where = `${face.name}: ${field} ${rule}`;
          if (!(isGroup && face.name === "REST")) {
            const past = await violations(face, of, request, key);
            expect(past, where).toContainEqual({ field, message: expect.stringMatching(told) });
          }
          if (good === undefined) continue;
          const on = await violations(face, of, withPath(of.input, baseOf(of), at, good), key);
          const refused = on.filter((each) => each.field === field && told.test(each.message));
          // What another rule says of the same value is not this bound's.
          expect(refused, where).toEqual([]);
        }
      }
    });
  }

  test("and there are as many as there are rules", () => {
    expect(boundsOf(METHODS).length).toBeGreaterThan(400);
  });
});

function withPath(
  input: DescMessage,
  base: JsonObject,
  at: Bound["at"],
  value: Bound["good"],
): JsonObject {
  return at.length === 0 ? (value as JsonObject) : withValue(input, base, at, value);
}

describe("times that binary can say and JSON cannot", () => {
  const times = METHODS.flatMap((of) =>
    of.input.fields
      .filter((field) => field.message?.typeName.match(/^google\.protobuf\.(Timestamp|Duration)$/))
      .map((field) => ({ of, field })),
  );

  test("stand in requests themselves, nowhere deeper", () => {
    const seen = new Set<string>();
    const deep = (message: DescMessage): readonly string[] => {
      if (seen.has(message.typeName)) return [];
      seen.add(message.typeName);
      return message.fields.flatMap(({ message: inner, name }) => {
        if (inner === undefined) return [];
        const isTime = /^google\.protobuf\.(Timestamp|Duration)$/.test(inner.typeName);
        return isTime ? [`${message.typeName}.${name}`] : deep(inner);
      });
    };
    const found = METHODS.flatMap(({ input }) =>
      input.fields.flatMap(({ message }) =>
        message === undefined || message.typeName.startsWith("google.protobuf.")
          ? []
          : deep(message),
      ),
    );
    expect(found).toEqual([]);
    expect(times.length).toBeGreaterThan(5);
  });

  for (const { of, field } of times) {
    test(`${of.name}.${field.name}`, async () => {
      const { key } = app.addKey({ merchant: "other" });
      const wrong = [
        { seconds: 2n ** 62n, nanos: 0 },
        { seconds: -(2n ** 62n), nanos: 0 },
        { seconds: 5n, nanos: -1 },
        { seconds: 5n, nanos: 1_000_000_000 },
      ];
      for (const value of wrong) {
        const message = create(of.input, { [field.localName]: value } as never) as Message;
        const response = await fetch(`${app.url}/${of.parent.typeName}/${of.name}`, {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/proto" },
          body: new Uint8Array(toBinary(of.input, message)),
        });
        const told = (await response.json()) as { code: string; details?: { value: string }[] };
        const details = (told.details ?? []).map((each) =>
          Buffer.from(each.value, "base64").toString(),
        );
        expect({ code: told.code, details: details.join() }).toEqual({
          code: "invalid_argument",
          details: expect.stringContaining(field.name),
        });
      }
    });
  }
});
