import { request } from "node:https";
import * as grpc from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { selfSigned } from "../support/self-signed.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import type { Face } from "./face.ts";
import { grpcFace } from "./grpc-face.ts";
import { PAYOUT } from "./shop.ts";

const pair = selfSigned();

describe.skipIf(pair === undefined)("TLS (skipped only without the openssl binary)", () => {
  const tls = pair ?? { cert: "", key: "" };
  let app: TestApp;
  let face: Face;
  beforeAll(async () => {
    app = await startTestApp({ tls });
    face = grpcFace(app, grpc.credentials.createSsl(Buffer.from(tls.cert)));
  });
  afterAll(async () => {
    face.close();
    await app.stop();
  });

  test("grpc-js and REST call over one port", async () => {
    expect(app.url).toMatch(/^https:/);
    const { create } = PayoutService.method;
    const options = { key: app.apiKey, idempotencyKey: "one" };
    const first = await face.call(create, PAYOUT, options);
    if (!first.ok) expect.fail("was refused");
    const again = await post("/v1/payouts");
    expect(again).toEqual({
      status: 200,
      replayed: "true",
      body: first.message["payout"],
    });
  });

  test("a link's address has the scheme", async () => {
    const { createLink } = PayoutService.method;
    const answer = await face.call(
      createLink,
      { amount: PAYOUT["amount"] ?? null },
      { key: app.apiKey },
    );
    expect(answer).toMatchObject({
      message: { link: { url: expect.stringMatching(`^${app.url}/l/`) } },
    });
  });

  function post(path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: app.host,
          port: app.port,
          path,
          method: "POST",
          ca: tls.cert,
          servername: "localhost",
          headers: {
            authorization: `Bearer ${app.apiKey}`,
            "content-type": "application/json",
            "idempotency-key": "one",
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () =>
            resolve({
              status: answer.statusCode,
              replayed: answer.headers["idempotency-replayed"],
              body: JSON.parse(Buffer.concat(chunks).toString()),
            }),
          );
        },
      );
      sent.once("error", reject);
      sent.end(JSON.stringify(PAYOUT));
    });
  }
});
