import { once } from "node:events";
import http2 from "node:http2";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../support/start-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const METHODS = ["BREW", "get", "M-SEARCH", "QUERY", "TRACE"];
const PATHS = ["/nope", "/v1/payouts", "/payout.v1.PayoutService/Get"];

it.each(METHODS)(
  "a method over HTTP/2 that there is not is the caller's fault: %s",
  async (method) => {
    const session = http2.connect(app.url);
    for (const path of PATHS) {
      const request = session.request({ ":method": method, ":path": path });
      request.resume().end();
      const [headers] = await once(request, "response");
      expect([400, 404, 405], path).toContain(headers[":status"]);
    }
    session.close();
    expect(app.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  },
);
