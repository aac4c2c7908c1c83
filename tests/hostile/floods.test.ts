import { connect as connectHttp2 } from "node:http2";
import { afterEach, describe, expect, test } from "vitest";
import { RawConnection } from "../transport/server/clients.ts";
import {
  type StartedServer,
  type StartOptions,
  startServer,
} from "../transport/server/start-server.ts";
import {
  errorCode,
  flag,
  frame,
  frameType,
  headerBlock,
  headers,
  request,
  word,
} from "./support/http2-frames.ts";
import { RawHttp2 } from "./support/raw-http2.ts";

let started: StartedServer;
/** Requests that reached the service. */
let seen: number;
afterEach(() => started.stop());

async function start(options: StartOptions = {}): Promise<StartedServer> {
  seen = 0;
  started = await startServer({
    admit: () => {
      seen += 1;
      return true;
    },
    routes: (app) => {
      app.post("/echo", async (call) => call.body);
      app.get("/never", () => new Promise(() => {}));
    },
    ...options,
  });
  return started;
}

/** Somebody else is answered, and soon: the loop is not busy with what the flood has left. */
async function stillServes(): Promise<void> {
  const begin = performance.now();
  const answer = await fetch(`${started.url}/livez`);
  expect(await answer.text()).toBe("ok");
  expect(performance.now() - begin).toBeLessThan(1000);
}

/** Sends chunk after chunk until the peer has had enough; throws when it never has. */
async function flood(
  connection: RawHttp2,
  chunks: number,
  chunk: (index: number) => Buffer,
  afterEach: () => Promise<unknown> = async () => {},
): Promise<void> {
  const { raw } = connection;
  for (let i = 0; i < chunks; i += 1) {
    if (raw.socket.destroyed) return;
    await Promise.race([connection.send(chunk(i)), raw.closed]);
    await Promise.race([afterEach(), raw.closed]);
  }
  await raw.closed;
}

function many(count: number, each: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => each(index)));
}

describe("HTTP/2 frames", () => {
  const resets = (path: string, code: number) => (chunk: number) =>
    many(100, (index) => {
      const id = 2 * (100 * chunk + index) + 1;
      return Buffer.concat([
        headers(id, request(path)),
        frame(frameType.resetStream, flag.none, id, word(code)),
      ]);
    });

  for (const [what, path, code] of [
    ["that nobody answers", "/never", errorCode.cancel],
    ["that nobody answers, with no error", "/never", errorCode.noError],
    ["that are answered at once", "/livez", errorCode.cancel],
  ] as const) {
    test(`rapid resets of requests ${what}: ENHANCE_YOUR_CALM, and few of them were worked on`, async () => {
      const connection = await RawHttp2.open(await start());
      await flood(connection, 400, resets(path, code));
      expect(await connection.goAwayCode()).toBe(errorCode.enhanceYourCalm);
      expect(seen).toBeLessThan(500);
      await stillServes();
    });
  }

  test("resets at the pace of a client whose deadlines pass end nothing", async () => {
    await start({ limits: { http2Resets: { atOnce: 20, perSecond: 1000 }, checkEveryMs: 20 } });
    const connection = await RawHttp2.open(started);
    for (let chunk = 0; chunk < 20; chunk += 1) {
      const id = 2 * chunk + 1;
      await connection.send(
        headers(id, request("/never")),
        frame(frameType.resetStream, flag.none, id, word(errorCode.cancel)),
      );
      await fetch(`${started.url}/livez`);
    }
    await connection.request(101, request("/livez"));
    await connection.frame(({ type, streamId }) => type === frameType.data && streamId === 101);
    connection.destroy();
  });

  test("many requests that are answered count as no resets", async () => {
    await start({ limits: { http2Resets: { atOnce: 10, perSecond: 1 } } });
    const session = connectHttp2(started.url);
    for (let round = 0; round < 10; round += 1) {
      const texts = Array.from({ length: 50 }, async (_, index) => {
        const method = index % 2 === 0 ? "GET" : "POST";
        const stream = session.request({ ":method": method, ":path": "/livez" });
        stream.end();
        for await (const _chunk of stream) {
          // Only its end is of interest.
        }
        return stream.rstCode;
      });
      expect(new Set(await Promise.all(texts))).toEqual(new Set([0]));
    }
    expect(session.destroyed).toBe(false);
    session.destroy();
  });

  const one = (type: number, payload: Uint8Array, streamId = 0) => {
    const chunk = many(500, () => frame(type, flag.none, streamId, payload));
    return () => chunk;
  };
  const unread: readonly (readonly [what: string, chunk: () => Buffer])[] = [
    ["PING", one(frameType.ping, Buffer.alloc(8))],
    ["SETTINGS", one(frameType.settings, Buffer.alloc(0))],
    ["PRIORITY", one(frameType.priority, Buffer.from([0, 0, 0, 0, 5]), 1)],
    ["of a kind that nobody knows", one(0x77, Buffer.alloc(5))],
    ["RST_STREAM of streams that are none", one(frameType.resetStream, word(8), 1)],
    ["WINDOW_UPDATE of nothing", one(frameType.windowUpdate, word(0))],
  ];
  for (const [what, chunk] of unread) {
    test(`${what}: the connection is ended`, async () => {
      const connection = await RawHttp2.open(await start());
      await flood(connection, 400, chunk);
      await stillServes();
    });
  }

  for (const [what, chunk, isAnswer] of [
    ["PING", one(frameType.ping, Buffer.alloc(8)), frameType.ping],
    ["SETTINGS", one(frameType.settings, Buffer.alloc(0)), frameType.settings],
  ] as const) {
    test(`${what}, each batch after the answers to the last: ENHANCE_YOUR_CALM`, async () => {
      const limits = { http2Pings: { atOnce: 2000, perSecond: 10 } };
      const connection = await RawHttp2.open(await start({ limits }));
      let batches = 0;
      await flood(connection, 20, chunk, () => {
        batches += 1;
        const due = 500 * batches;
        const { raw } = connection;
        return raw.until(
          () =>
            connection.frames.filter(({ type, flags }) => type === isAnswer && flags === flag.ack)
              .length >= due,
        );
      });
      expect(await connection.goAwayCode()).toBe(errorCode.enhanceYourCalm);
      await stillServes();
    });
  }

  test("empty DATA: the connection is ended", async () => {
    const connection = await RawHttp2.open(await start());
    const post = request("/echo", { method: "POST", more: [["content-type", "application/json"]] });
    await connection.request(1, post, false);
    await flood(connection, 400, one(frameType.data, Buffer.alloc(0), 1));
    await stillServes();
  });

  for (const [what, field] of [
    ["empty", Buffer.alloc(0)],
    ["full", headerBlock([["x-a", "b".repeat(1000)]])],
  ] as const) {
    test(`CONTINUATION, ${what}, without an end: the connection is ended, and memory stays`, async () => {
      const connection = await RawHttp2.open(await start());
      const before = process.memoryUsage().rss;
      await connection.send(frame(frameType.headers, flag.none, 1, headerBlock(request("/livez"))));
      await flood(connection, 400, one(frameType.continuation, field, 1));
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
      await stillServes();
    });
  }

  test("a large header that is repeated by its index: refused", async () => {
    const connection = await RawHttp2.open(await start());
    const value = 4000 - 127;
    const stored = Buffer.concat([
      // A literal that goes into the table, x: 4000 times a.
      Buffer.from([0x40, 1, 0x78, 127, (value & 127) | 128, value >> 7]),
      Buffer.alloc(4000, "a"),
    ]);
    const both = flag.endHeaders | flag.endStream;
    const block = headerBlock(request("/livez"));
    await connection.send(frame(frameType.headers, both, 1, Buffer.concat([block, stored])));
    const bomb = Buffer.concat([block, Buffer.alloc(10_000, 0x80 | 62)]);
    await connection.send(frame(frameType.headers, both, 3, bomb));
    expect(await connection.resetCode(3)).toBe(errorCode.enhanceYourCalm);
    expect(seen).toBe(1);
    connection.destroy();
  });

  test("streams past the bound: the connection is ended", async () => {
    const connection = await RawHttp2.open(await start());
    for (let id = 1; id < 402; id += 2) await connection.request(id, request("/never"));
    await connection.raw.closed;
    expect(seen).toBeLessThanOrEqual(100);
    await stillServes();
  });

  test("requests that are malformed: the connection is ended", async () => {
    const connection = await RawHttp2.open(await start());
    const upperCase = request("/livez", { more: [["X-A", "b"]] });
    await flood(connection, 100, (chunk) =>
      many(100, (index) => headers(2 * (100 * chunk + index) + 1, upperCase)),
    );
    expect(seen).toBe(0);
    await stillServes();
  });
});

describe("HTTP/1.1 pipelining", () => {
  const get = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
  const answersIn = (text: string): number => text.split("HTTP/1.1 200 OK").length - 1;

  test("by the hundred: each is answered, in order, and few run at once", async () => {
    let running = 0;
    let most = 0;
    await start({
      routes: (app) => {
        app.get("/turn/:n", async (call) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return `<${(call.params as { n: string }).n}>`;
        });
      },
    });
    const raw = await RawConnection.open(started);
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    await raw.write(numbers.map((n) => get.replace("/livez", `/turn/${n}`)).join(""));
    const text = await raw.until((each) => each.includes("<499>"));
    expect([...text.matchAll(/<(\d+)>/g)].map((match) => Number(match[1]))).toEqual(numbers);
    expect(most).toBeLessThanOrEqual(16);
    raw.socket.destroy();
  });

  test("with bodies, the connection closed by the last one", async () => {
    const raw = await RawConnection.open(await start());
    const post =
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    await raw.write(post.repeat(200) + get.replace("Host: a", "Host: a\r\nConnection: close"));
    await raw.closed;
    expect(answersIn(raw.received.toString("latin1"))).toBe(201);
  });

  test("without an end behind one that is not answered: the connection is cut", async () => {
    const raw = await RawConnection.open(await start());
    await raw.write(get.replace("/livez", "/never"));
    const batch = get.repeat(1000);
    for (let i = 0; i < 100 && !raw.socket.destroyed; i += 1) {
      await Promise.race([raw.write(batch), raw.closed]);
    }
    await raw.closed;
    expect(seen).toBeLessThanOrEqual(16);
    await stillServes();
  });

  test("a connection that goes while requests wait leaves none of them to run", async () => {
    await start({ limits: { http1Running: 1 } });
    const raw = await RawConnection.open(started);
    await raw.write(get.replace("/livez", "/never") + get.repeat(100));
    await stillServes();
    raw.socket.resetAndDestroy();
    await raw.closed;
    await stillServes();
    // The one that ran, and those of `stillServes`.
    expect(seen).toBe(3);
  });
});

describe("connections", () => {
  async function open(count: number): Promise<RawConnection[]> {
    return Promise.all(Array.from({ length: count }, () => RawConnection.open(started)));
  }
  const get = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";

  for (const [what, limits] of [
    ["in all", { connections: 20 }],
    ["of one address", { connectionsPerAddress: 20 }],
  ] as const) {
    test(`past the bound ${what}: new ones are closed at once, old ones go on, places come free`, async () => {
      const refused: string[] = [];
      await start({ limits, onRefusedConnection: (bound) => refused.push(bound) });
      const old = await open(20);
      for (const raw of old) await raw.write(get);
      await Promise.all(old.map((raw) => raw.until((text) => text.endsWith("ok"))));
      const late = await open(200);
      await Promise.all(late.map((raw) => raw.closed));
      expect(refused).toEqual(Array(200).fill("connections" in limits ? "all" : "address"));
      for (const raw of old) await raw.write(get);
      await Promise.all(old.map((raw) => raw.until((text) => text.split("HTTP/1.1").length === 3)));
      for (const raw of old) raw.socket.destroy();
      await Promise.all(old.map((raw) => raw.closed));
      await expect
        .poll(() => fetch(`${started.url}/livez`).then(({ status }) => status, String))
        .toBe(200);
    });
  }

  test("of a trusted proxy are not counted by address", async () => {
    await start({ limits: { connectionsPerAddress: 5 }, trustedProxies: ["127.0.0.0/8"] });
    const all = await open(30);
    for (const raw of all) await raw.write(get);
    await Promise.all(all.map((raw) => raw.until((text) => text.endsWith("ok"))));
    for (const raw of all) raw.socket.destroy();
  });

  test("of another address have places of their own", async () => {
    await start({ limits: { connectionsPerAddress: 2 } });
    const taken = await open(2);
    const other = await RawConnection.open({ ...started, localAddress: "127.0.0.2" });
    await other.write(get);
    await other.until((text) => text.endsWith("ok"));
    for (const raw of [...taken, other]) raw.socket.destroy();
  });

  test("opened and reset by the hundred leave nothing behind", async () => {
    await start({ limits: { connectionsPerAddress: 300 } });
    for (let round = 0; round < 5; round += 1) {
      for (const raw of await open(200)) raw.socket.resetAndDestroy();
    }
    await expect
      .poll(() => fetch(`${started.url}/livez`).then(({ status }) => status, String))
      .toBe(200);
  });
});
