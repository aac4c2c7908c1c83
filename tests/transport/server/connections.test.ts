import { once } from "node:events";
import http2 from "node:http2";
import { create } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "vitest";
import {
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../../gen/grpc/health/v1/health_pb.js";
import {
  grpcCheck,
  grpcClient,
  grpcFrame,
  grpcUnary,
  grpcWatch,
  RawConnection,
} from "./clients.ts";
import { startProxy, type TestProxy } from "./proxy.ts";
import { type StartedServer, type StartOptions, startServer } from "./start-server.ts";

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const request = create(HealthCheckRequestSchema);

let started: StartedServer;
let proxy: TestProxy | undefined;
afterEach(async () => {
  proxy?.stop();
  proxy = undefined;
  await started.stop();
});

async function start(limits: StartOptions["limits"] = {}): Promise<StartedServer> {
  started = await startServer({ limits });
  return started;
}

async function stillServes(): Promise<void> {
  const answer = await fetch(`${started.url}/livez`);
  expect(await answer.text()).toBe("ok");
}

describe("first bytes", () => {
  test("gRPC with the preface and what follows byte by byte", async () => {
    proxy = await startProxy(await start(), 60);
    const client = grpcClient(proxy);
    try {
      const answer = await grpcUnary(client, grpcCheck, request);
      expect(answer.status).toBe(ServingStatus.SERVING);
    } finally {
      client.close();
    }
  });

  test("the preface alone, then the rest", async () => {
    const raw = await RawConnection.open(await start());
    await raw.write(preface.slice(0, 10));
    await raw.write(preface.slice(10));
    await raw.write(emptySettings);
    await raw.until((text) => text.length >= 9);
    // The type of the first frame: SETTINGS.
    expect(raw.received[3]).toBe(4);
    raw.socket.destroy();
  });

  test("HTTP/1.1 that begins as the preface does, in pieces", async () => {
    const raw = await RawConnection.open(await start());
    for (const piece of ["P", "OST /no/such/path HT", "TP/1.1\r\nHost: a\r\n", "\r\n"]) {
      await raw.write(piece);
    }
    expect(await raw.until((text) => text.includes("\r\n\r\n"))).toMatch(/^HTTP\/1.1 404 /);
    raw.socket.destroy();
  });

  for (const garbage of ["\0\x01\x02\xff\xfe", "PRIX / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\0"]) {
    test(`garbage ${JSON.stringify(garbage)} is 400 and closed`, async () => {
      const raw = await RawConnection.open(await start());
      await raw.write(Buffer.from(garbage, "latin1"));
      await raw.closed;
      expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 400 /);
      await stillServes();
    });
  }

  test("the preface's method with HTTP/1.1, on which Node's parser waits, is cut in time", async () => {
    const raw = await RawConnection.open(await start({ headersMs: 50, checkEveryMs: 20 }));
    await raw.write("PRI * HTTP/1.1\r\n\r\n");
    await raw.closed;
  });

  test("an HTTP/2 client that half-closes is let go", async () => {
    const raw = await RawConnection.open(await start(), true);
    await raw.write(preface);
    await raw.write(emptySettings);
    await raw.until((text) => text.length >= 9);
    raw.socket.end();
    await once(raw.socket, "end");
    raw.socket.destroy();
  });

  test("a preface followed by garbage ends the session", async () => {
    const raw = await RawConnection.open(await start());
    await raw.write(preface + "not a frame, by any means, at all".repeat(3));
    await raw.closed;
    await stillServes();
  });

  for (const [what, bytes] of [
    ["says nothing", ""],
    ["stops within the preface", preface.slice(0, 12)],
  ] as const) {
    test(`a socket that ${what} is cut in time`, async () => {
      const raw = await RawConnection.open(await start({ silentSocketMs: 50 }));
      if (bytes !== "") await raw.write(bytes);
      await raw.closed;
      expect(raw.received.length).toBe(0);
    });

    test(`a socket that ${what} and half-closes is cut`, async () => {
      const raw = await RawConnection.open(await start(), true);
      raw.socket.end(bytes);
      await once(raw.socket, "end");
      raw.socket.destroy();
    });
  }

  test("a reset before the first byte does no harm", async () => {
    const raw = await RawConnection.open(await start());
    raw.socket.resetAndDestroy();
    const half = await RawConnection.open(started);
    await half.write(preface.slice(0, 5));
    half.socket.resetAndDestroy();
    await stillServes();
  });
});

describe("slow callers", () => {
  test("HTTP/1.1 headers that do not end are answered with 408", async () => {
    const raw = await RawConnection.open(await start({ headersMs: 100, checkEveryMs: 20 }));
    await raw.write("GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    await raw.closed;
    expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 408 /);
  });

  test("a second request's headers that do not end, too", async () => {
    const raw = await RawConnection.open(await start({ headersMs: 100, checkEveryMs: 20 }));
    await raw.write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    await raw.until((text) => text.endsWith("ok"));
    await raw.write("GET /livez HTTP/1.1\r\n");
    await raw.closed;
    expect(raw.received.toString("latin1")).toMatch(/ok\r?\n?HTTP\/1.1 408 /);
  });

  test("an HTTP/1.1 body that does not end is answered with 408", async () => {
    const limits = { headersMs: 100, requestMs: 100, checkEveryMs: 20 };
    const raw = await RawConnection.open(await start(limits));
    await raw.write(
      "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: a\r\n" +
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    await raw.closed;
    expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 408 /);
  });

  test("an HTTP/2 body that does not end is reset", async () => {
    await start({ headersMs: 100, requestMs: 100 });
    const session = http2.connect(started.url);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.write(grpcFrame("abc").subarray(0, 6));
    const [error] = await once(stream, "error").catch((reason) => [reason]);
    expect(String(error)).toContain("ENHANCE_YOUR_CALM");
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  });

  test("a bidi stream may stay open longer than a request", async () => {
    await start({ headersMs: 50, requestMs: 50, idleMs: 60 });
    const session = http2.connect(started.url);
    const pings = countPings(session);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      "content-type": "application/grpc",
      te: "trailers",
    });
    // A request of no kind, answered by an error response, starts the answer.
    stream.write(grpcFrame(""));
    await once(stream, "data");
    await pings(2);
    stream.write(grpcFrame(""));
    await once(stream, "data");
    session.destroy();
  });
});

describe("idle HTTP/2 sessions", () => {
  test("without a stream are told to go away", async () => {
    await start({ idleMs: 50 });
    const session = http2.connect(started.url);
    const [code] = await once(session, "goaway");
    expect(code).toBe(http2.constants.NGHTTP2_NO_ERROR);
    if (!session.destroyed) await once(session, "close");
  });

  test("with a quiet Watch are pinged and kept", async () => {
    await start({ idleMs: 50 });
    const session = http2.connect(started.url);
    const pings = countPings(session);
    const stream = session.request({
      ":method": "POST",
      ":path": grpcWatch.path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.end(grpcFrame(""));
    await once(stream, "data");
    await pings(3);
    started.state.set(false);
    const [frame] = await once(stream, "data");
    expect(frame.at(-1)).toBe(ServingStatus.NOT_SERVING);
    session.destroy();
  });

  test("whose peer has vanished are cut", async () => {
    proxy = await startProxy(await start({ idleMs: 50, pingMs: 50 }));
    const client = grpcClient(proxy);
    const call = client.makeServerStreamRequest(
      grpcWatch.path,
      grpcWatch.requestSerialize,
      grpcWatch.responseDeserialize,
      request,
    );
    call.on("error", () => {});
    await once(call, "data");
    proxy.stall();
    const [upstream] = proxy.upstreams;
    expect(upstream).toBeDefined();
    if (upstream !== undefined) await once(upstream, "close");
    client.close();
  });
});

describe("how many", () => {
  test("connections in all", async () => {
    await start({ connections: 1 });
    const first = await RawConnection.open(started);
    const second = await RawConnection.open(started);
    await second.closed;
    first.socket.destroy();
  });

  test("connections from one address, and they come free again", async () => {
    await start({ connectionsPerAddress: 2 });
    const first = await RawConnection.open(started);
    const second = await RawConnection.open(started);
    const third = await RawConnection.open(started);
    await third.closed;
    first.socket.end("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await first.closed;
    expect(first.received.toString("latin1")).toContain("ok");
    await stillServes();
    second.socket.destroy();
  });

  test("streams on one session, as the settings say", async () => {
    await start({ http2Streams: 7 });
    const session = http2.connect(started.url);
    const [settings] = await once(session, "remoteSettings");
    expect(settings).toMatchObject({ maxConcurrentStreams: 7, maxHeaderListSize: 16384 });
    session.destroy();
  });

  test("rapid resets end the session, not the server", async () => {
    await start();
    const session = http2.connect(started.url);
    session.on("error", () => {});
    const ended = once(session, "goaway");
    const flood = (): void => {
      if (session.destroyed || session.closed) return;
      for (let i = 0; i < 100; i += 1) {
        const stream = session.request({ ":path": "/livez" });
        stream.on("error", () => {});
        stream.close(http2.constants.NGHTTP2_CANCEL);
      }
      setImmediate(flood);
    };
    flood();
    await ended;
    session.destroy();
    await stillServes();
  });
});

function countPings(session: http2.ClientHttp2Session): (atLeast: number) => Promise<void> {
  let pings = 0;
  session.on("ping", () => {
    pings += 1;
  });
  return async (atLeast) => {
    while (pings < atLeast) await once(session, "ping");
  };
}
