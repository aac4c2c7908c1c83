import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXAMPLES } from "../../scripts/openapi/examples.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { OPERATIONS } from "./document.ts";

/** Every example of a request is sent to the service, and taken. What it needs is made by examples before it. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhookLoopback: true });
});
afterAll(() => app.stop());

async function send(method: string, path: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(app.url + path, {
    method,
    headers: { authorization: `Bearer ${app.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as JsonObject;
  expect({ path, status: response.status, answer }).toMatchObject({ status: 200 });
  return answer;
}

const PAYOUT: JsonObject = {
  amount: { minorAmount: "100", currency: "USD" },
  payoutMethodData: { venmo: { phone: "+12025550123" } },
  metadata: { sandbox_scenario: "manual" },
};

/** Makes what the path of an operation names. */
async function idFor(operationId: string): Promise<string> {
  switch (operationId) {
    case "PayoutService.EnrollDisburseAccount":
      return recipient();
    case "PayoutService.Transfer":
      return String((await send("POST", "/v1/payouts/stage", PAYOUT))["payoutId"]);
    default:
      return String((await send("POST", "/v1/payouts", PAYOUT))["payoutId"]);
  }
}

async function recipient(): Promise<string> {
  const person = { type: "INDIVIDUAL", individual: { givenName: "Jane", familyName: "Doe" } };
  return String((await send("POST", "/v1/recipients", person))["recipientId"]);
}

const cases = Object.entries(EXAMPLES).flatMap(([operationId, examples]) =>
  Object.values(examples).map(({ summary, value }) => ({ operationId, summary, value })),
);

test.each(cases)("$operationId: $summary", async ({ operationId, value }) => {
  const operation = OPERATIONS.find((each) => each.operationId === operationId);
  if (operation === undefined) throw new Error(`${operationId} is not in the document`);
  const segments = await Promise.all(
    operation.segments.map((part) => (part.startsWith("{") ? idFor(operationId) : part)),
  );
  const body = { ...value };
  if ("recipientId" in body) {
    const recipientId = await recipient();
    const account = EXAMPLES["PayoutService.EnrollDisburseAccount"]?.["ach"]?.value ?? {};
    await send("POST", `/v1/recipients/${recipientId}/disburse-accounts`, account);
    body["recipientId"] = recipientId;
  }
  await send(operation.method, `/${segments.join("/")}`, body);
});
