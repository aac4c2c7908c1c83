import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { PAYOUT } from "./shop.ts";

const ORIGIN = "https://dash.example";
const PATHS = {
  REST: "/v1/payouts",
  Connect: "/payout.v1.PayoutService/Create",
};

let app: TestApp;
let closed: TestApp;
beforeAll(async () => {
  app = await startTestApp({ corsOrigins: [ORIGIN] });
  closed = await startTestApp();
});
afterAll(() => Promise.all([app.stop(), closed.stop()]));

function preflight(url: string, origin: string): Promise<Response> {
  return fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers":
        "authorization,content-type,idempotency-key,x-grpc-web,connect-protocol-version",
    },
  });
}

describe("CORS", () => {
  for (const [face, path] of Object.entries(PATHS)) {
    test(`${face}: a script of a configured origin may call, with key and idempotency key`, async () => {
      const asked = await preflight(app.url + path, ORIGIN);
      expect(asked.status).toBe(204);
      expect(asked.headers.get("access-control-allow-origin")).toBe(ORIGIN);
      expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
      const allowed = asked.headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
      for (const name of ["authorization", "content-type", "idempotency-key", "x-grpc-web"]) {
        expect(allowed).toContain(name);
      }
      expect(asked.headers.get("access-control-allow-credentials")).toBeNull();

      const call = () =>
        fetch(app.url + path, {
          method: "POST",
          headers: {
            origin: ORIGIN,
            authorization: `Bearer ${app.apiKey}`,
            "content-type": "application/json",
            "idempotency-key": face,
          },
          body: JSON.stringify(PAYOUT),
        });
      expect((await call()).status).toBe(200);
      const { headers } = await call();
      expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
      const exposed = headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
      for (const name of ["idempotency-replayed", "x-request-id", "grpc-status", "retry-after"]) {
        expect(exposed).toContain(name);
      }
      expect(headers.get("idempotency-replayed")).toBe("true");
    });

    test(`${face}: a refusal can be read too`, async () => {
      const { status, headers } = await fetch(app.url + path, {
        method: "POST",
        headers: { origin: ORIGIN, "content-type": "application/json" },
        body: "{}",
      });
      expect(status).toBe(401);
      expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
    });

    test(`${face}: another origin may not, nor any without the setting`, async () => {
      for (const [url, origin] of [
        [app.url, "https://evil.example"],
        [app.url, "null"],
        [closed.url, ORIGIN],
      ] as const) {
        const asked = await preflight(url + path, origin);
        expect(asked.headers.get("access-control-allow-origin")).not.toBe(origin);
        expect(asked.headers.get("access-control-allow-origin")).not.toBe("*");
      }
    });
  }
});
