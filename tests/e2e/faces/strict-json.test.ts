import { create, type DescMethod, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { grpcFrame, http2Call } from "../../transport/server/clients.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { JSON_FACES } from "./json-faces.ts";
import { openFaces } from "./open-faces.ts";
import { PAYOUT, PERSON, Shop } from "./shop.ts";

const { method } = PayoutService;
const CANARY = "canary-4929123456781234";
/** The same where a number is sent in the place of text. */
const CANARY_NUMBER = 4929123456781234;

let app: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startTestApp();
  const [face] = openFaces(app);
  if (face === undefined) throw new Error("no face");
  shop = new Shop(app, face);
});
afterAll(async () => {
  shop.face.close();
  await app.stop();
});

interface Case {
  readonly name: string;
  readonly method: DescMethod;
  readonly text: string;
  readonly violations: readonly { readonly field: string; readonly message: string }[];
  readonly reason?: string;
}

const UNKNOWN = "is not a known field";

function json(changes: JsonObject): string {
  return JSON.stringify({ ...PAYOUT, ...changes });
}

function ach(changes: JsonObject): string {
  const { ach: good } = PAYOUT["payoutMethodData"] as { readonly ach: JsonObject };
  return json({ payoutMethodData: { ach: { ...good, ...changes } } });
}

const CASES: readonly Case[] = [
  {
    name: "a word that is misspelt",
    method: method.create,
    text: json({ fulfilment: "MANUAL" }),
    violations: [{ field: "fulfilment", message: UNKNOWN }],
  },
  {
    name: "an unknown field deep inside",
    method: method.create,
    text: ach({ cvv: CANARY }),
    violations: [{ field: "payout_method_data.ach.cvv", message: UNKNOWN }],
  },
  {
    name: "an unknown field of a person",
    method: method.createRecipient,
    text: JSON.stringify({ ...PERSON, ssn: CANARY }),
    violations: [{ field: "ssn", message: UNKNOWN }],
  },
  {
    name: "an unknown field of a read",
    method: EventService.method.listEvents,
    text: '{"pagesize": 1}',
    violations: [{ field: "pagesize", message: UNKNOWN }],
  },
  {
    name: "an unknown field of a stream",
    method: method.watch,
    text: `{"stauts": ["${CANARY}"]}`,
    violations: [{ field: "stauts", message: UNKNOWN }],
  },
  {
    name: "both spellings of one field",
    method: method.create,
    text: json({ merchantPayoutId: CANARY, merchant_payout_id: CANARY }),
    violations: [{ field: "merchant_payout_id", message: "is given more than once" }],
  },
  {
    name: "a number where text belongs",
    method: method.create,
    text: ach({ accountNumber: CANARY_NUMBER }),
    violations: [
      {
        field: "payout_method_data.ach.account_number",
        message: "must be a string of valid Unicode",
      },
    ],
  },
  {
    name: "text where a number belongs",
    method: method.create,
    text: json({ amount: { minorAmount: CANARY, currency: "USD" } }),
    violations: [
      {
        field: "amount.minor_amount",
        message: "must be a 64-bit integer; beyond 2^53-1 write it as a string",
      },
    ],
  },
  {
    name: "a fraction of a minor unit",
    method: method.create,
    text: json({ amount: { minorAmount: 10.5, currency: "USD" } }),
    violations: [
      {
        field: "amount.minor_amount",
        message: "must be a 64-bit integer; beyond 2^53-1 write it as a string",
      },
    ],
  },
  {
    name: "text where a message belongs",
    method: method.create,
    text: json({ payoutMethodData: CANARY }),
    violations: [{ field: "payout_method_data", message: "must be a JSON object" }],
  },
  {
    name: "a word that no enum has",
    method: method.create,
    text: json({ priority: CANARY }),
    violations: [{ field: "priority", message: "must be one of the values of its enum" }],
  },
  {
    name: "a number in metadata",
    method: method.create,
    text: json({ metadata: { order: CANARY_NUMBER } }),
    violations: [{ field: 'metadata["order"]', message: "must be a string of valid Unicode" }],
  },
  {
    name: "two arms of a oneof",
    method: method.create,
    text: json({ payoutMethodData: { venmo: { phone: CANARY }, sepa: { iban: CANARY } } }),
    violations: [
      {
        field: "payout_method_data.sepa",
        message: "another member of the same oneof is given",
      },
    ],
  },
  {
    name: "a time that is none",
    method: EventService.method.listEvents,
    text: `{"createTimeFrom": "${CANARY}"}`,
    violations: [
      {
        field: "create_time_from",
        message: "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z",
      },
    ],
  },
  {
    name: "no JSON",
    method: method.create,
    text: `{"amount": ${CANARY}`,
    violations: [{ field: "", message: "the request body is not valid JSON" }],
    reason: "MALFORMED_REQUEST",
  },
  {
    name: "another kind of JSON",
    method: method.create,
    text: `["${CANARY}"]`,
    violations: [{ field: "", message: "the request body must be a JSON object" }],
    reason: "MALFORMED_REQUEST",
  },
  {
    name: "JSON that is nested too deep",
    method: method.create,
    text: `{"metadata":${'{"a":'.repeat(101)}1${"}".repeat(101)}}`,
    violations: [{ field: "", message: "the request body is nested too deep" }],
    reason: "MALFORMED_REQUEST",
  },
];

describe("JSON is read strictly, and what is refused is never said again", () => {
  for (const { name, method: of, text, violations, reason = "VALIDATION_FAILED" } of CASES) {
    const faces = JSON_FACES.filter((face) => face.takes(of));
    test(`${name}: ${faces.map((face) => face.name).join(", ")}`, async () => {
      for (const face of faces) {
        const answer = await face.send(app.url, { method: of, text, key: shop.key });
        expect({ face: face.name, told: answer.refusal?.told }).toMatchObject({
          face: face.name,
          told: { code: "invalid_argument", reason, violations },
        });
        expect(answer.everything).not.toContain(CANARY);
        expect(answer.everything).not.toContain(String(CANARY_NUMBER));
      }
    });
  }

  test("and nothing was stored, nor said to the log", async () => {
    expect(await shop.payouts()).toBe(0);
    const { events } = await shop.get(EventService.method.listEvents, {});
    expect(events).toEqual([]);
    expect(app.logs.join("")).not.toContain(CANARY);
    expect(app.logs.join("")).not.toContain(String(CANARY_NUMBER));
  });

  test("a right request is taken by each of them", async () => {
    for (const face of JSON_FACES.filter((each) => each.takes(method.create))) {
      const call = { method: method.create, text: json({}), key: shop.key };
      expect(await face.send(app.url, call)).toMatchObject({ refusal: null });
    }
    expect(await shop.payouts()).toBe(4);
  });
});

describe("binary ignores fields that it does not know", () => {
  const request = create(method.create.input, {
    amount: { minorAmount: 1050n, currency: "USD" },
    payoutMethodData: {
      method: { case: "venmo", value: { phone: "+14155550100" } },
    },
  });
  const bytes = Buffer.concat([
    toBinary(method.create.input, request),
    new BinaryWriter().tag(4711, WireType.LengthDelimited).string(CANARY).finish(),
  ]);
  const path = `/${PayoutService.typeName}/Create`;

  test("gRPC", async () => {
    const { trailers } = await http2Call(app.url, {
      path,
      headers: {
        authorization: `Bearer ${shop.key}`,
        "content-type": "application/grpc+proto",
        te: "trailers",
      },
      body: grpcFrame(bytes),
    });
    expect(trailers["grpc-status"]).toBe("0");
  });

  for (const [name, type, body] of [
    ["gRPC-Web", "application/grpc-web+proto", grpcFrame(bytes)],
    ["Connect", "application/proto", bytes],
  ] as const) {
    test(name, async () => {
      const response = await fetch(app.url + path, {
        method: "POST",
        headers: { authorization: `Bearer ${shop.key}`, "content-type": type },
        body: new Uint8Array(body),
      });
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).toString("latin1")).toContain("po_");
    });
  }
});
