import { once } from "node:events";
import http2 from "node:http2";
import { create } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HealthCheckResponseSchema } from "../../../gen/grpc/health/v1/health_pb.js";
import { grpcCheck, grpcFrame, grpcWatch, RawConnection } from "./clients.ts";
import { type StartedServer, startServer } from "./start-server.ts";

interface Line {
  readonly level: number;
  readonly msg: string;
}

const errorLevel = 50;
const hungUp = "caller hung up before the answer was sent";

/** Makes every stream send one message, and more when its caller is gone, whatever its signal says. */
const deaf: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (!response.stream) return response;
  const gone = once(request.signal, "abort");
  async function* messages() {
    const message = create(HealthCheckResponseSchema, { status: 1 });
    yield message;
    await gone;
    for (let i = 0; i < 3; i += 1) yield message;
  }
  return { ...response, message: messages() };
};

let lines: Line[];
let started: StartedServer;
const consoleError = vi.spyOn(console, "error");
beforeEach(async () => {
  lines = [];
  consoleError.mockClear();
  const write = (text: string): void => {
    lines.push(JSON.parse(text));
  };
  const logger = pino({ level: "trace" }, { write });
  started = await startServer({ logger, rpc: { interceptors: [deaf] } });
});
afterEach(async () => {
  await started.stop();
  expect(consoleError).not.toHaveBeenCalled();
  expect(lines.filter((line) => line.level >= errorLevel)).toEqual([]);
});

test("requests leave no line: their URLs can hold tokens", async () => {
  for (const path of ["/livez?canary", "/l/canary", "/%zz-canary"]) {
    await (await fetch(started.url + path)).text();
  }
  expect(JSON.stringify(lines)).not.toContain("canary");
});

test("a caller that hangs up in the middle of an answer, HTTP/2, is a debug line", async () => {
  const { session, stream } = openRpc(grpcWatch.path);
  stream.end(grpcFrame(""));
  await once(stream, "data");
  session.destroy();
  await vi.waitUntil(() => lines.some((line) => line.msg === hungUp));
});

test("a caller that hangs up in the middle of an answer, HTTP/1.1, is one too", async () => {
  const raw = await RawConnection.open(started);
  await raw.write(
    "POST /grpc.health.v1.Health/Watch HTTP/1.1\r\nHost: a\r\n" +
      "Content-Type: application/connect+json\r\nContent-Length: 7\r\n\r\n\0\0\0\0\x02{}",
  );
  await raw.until((text) => text.includes("SERVING"));
  raw.socket.resetAndDestroy();
  await vi.waitUntil(() => lines.some((line) => line.msg === hungUp));
});

test("a caller that hangs up in the middle of a request is none", async () => {
  const { session, stream } = openRpc(grpcCheck.path);
  stream.write(grpcFrame("abc").subarray(0, 4));
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  session.destroy();
  expect((await fetch(`${started.url}/livez`)).status).toBe(200);
});

function openRpc(path: string) {
  const session = http2.connect(started.url);
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.on("error", () => {});
  return { session, stream };
}
