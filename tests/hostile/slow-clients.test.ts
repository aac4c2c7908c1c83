import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { afterEach, describe, expect, test, vi } from "vitest";
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
  headers,
  preface,
  request,
  settings,
  word,
} from "./support/http2-frames.ts";
import { RawHttp2 } from "./support/raw-http2.ts";
import { trickle } from "./support/trickle.ts";

/** Every wait is short, so that who is not cut makes his test time out. */
const LIMITS = {
  silentSocketMs: 200,
  headersMs: 200,
  requestMs: 300,
  idleMs: 300,
  pingMs: 200,
  answerMs: 300,
  checkEveryMs: 20,
};
const EVERY_MS = 25;
const MEGABYTE = Buffer.alloc(1024 * 1024, "a");
const JSON_POST = [["content-type", "application/json"]] as const;

let started: StartedServer;
afterEach(() => started.stop());

async function start(limits: StartOptions["limits"] = {}): Promise<StartedServer> {
  started = await startServer({
    limits: { ...LIMITS, ...limits },
    routes: (app) => {
      app.post("/echo", async (call) => call.body);
      app.get("/megabyte", async () => MEGABYTE);
    },
  });
  return started;
}

/** The server has let go of every connection: nothing is left behind that the client cannot see. */
async function allAreGone(): Promise<void> {
  await vi.waitFor(async () => {
    const open = await new Promise<number>((resolve, reject) => {
      started.server.fastify.server.getConnections((error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
    expect(open).toBe(0);
  }, 5000);
}

describe("HTTP/1.1", () => {
  const post = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  const cases: readonly (readonly [what: string, first: string, piece: string, answer: RegExp])[] =
    [
      ["headers, byte by byte", "GET / HTTP/1.1\r\nX-A: ", "a", /^HTTP\/1.1 408 /],
      ["headers, line by line", "GET / HTTP/1.1\r\n", "X-A: b\r\n", /^HTTP\/1.1 408 /],
      ["a method without an end", "G", "E", /^(HTTP\/1.1 4|$)/],
      ["empty lines before a request", "\r\n", "\r\n", /^HTTP\/1.1 408 /],
      ["empty lines after a request", "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n", /ok$/],
      ["a body with a length", `${post}Content-Length: 9999\r\n\r\n`, "1", /^HTTP\/1.1 408 /],
      [
        "a body in chunks",
        `${post}Transfer-Encoding: chunked\r\n\r\n`,
        "1\r\n1\r\n",
        /^HTTP\/1.1 408 /,
      ],
      [
        "a body that nobody reads",
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n",
        "1",
        /^HTTP\/1.1 200 /,
      ],
    ];
  for (const [what, first, piece, answer] of cases) {
    test(`${what}: cut in time`, async () => {
      const raw = await RawConnection.open(await start());
      await raw.write(first);
      await trickle(raw.socket, EVERY_MS, () => piece);
      expect(raw.received.toString("latin1")).toMatch(answer);
      await allAreGone();
    });
  }

  test("answers that are not taken: cut in time, and few of them made", async () => {
    let made = 0;
    started = await startServer({
      limits: { ...LIMITS, http1Running: 4 },
      routes: (app) => {
        app.get("/megabyte", async () => {
          made += 1;
          return Buffer.alloc(8 * MEGABYTE.length);
        });
      },
    });
    const raw = await RawConnection.open(started);
    raw.socket.pause();
    await raw.write("GET /megabyte HTTP/1.1\r\nHost: a\r\n\r\n".repeat(200));
    await allAreGone();
    expect(made).toBeLessThanOrEqual(8);
    raw.socket.destroy();
  });

  test("an answer that is taken slowly but in time arrives whole", async () => {
    const raw = await RawConnection.open(await start({ answerMs: 20_000 }));
    const size = 4 * MEGABYTE.length;
    const pauses = setInterval(() => {
      raw.socket.pause();
      setTimeout(() => raw.socket.resume(), 20);
    }, 30);
    await raw.write("GET /megabyte HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4));
    while (raw.received.length < size) await once(raw.socket, "data");
    clearInterval(pauses);
    raw.socket.destroy();
  });
});

describe("HTTP/2", () => {
  test("a preface and no settings: cut in time", async () => {
    const raw = await RawConnection.open(await start({ idleMs: 60_000 }), true);
    await raw.write(preface);
    await allAreGone();
    raw.socket.destroy();
  });

  test("settings that are never acknowledged: SETTINGS_TIMEOUT", async () => {
    const connection = new RawHttp2(await RawConnection.open(await start({ idleMs: 60_000 })));
    await connection.send(Buffer.from(preface), settings());
    expect(await connection.goAwayCode()).toBe(errorCode.settingsTimeout);
    await allAreGone();
  });

  const idle: readonly (readonly [what: string, piece: (index: number) => Buffer])[] = [
    ["pings", () => frame(frameType.ping, flag.none, 0, Buffer.alloc(8))],
    ["window updates", () => frame(frameType.windowUpdate, flag.none, 0, word(1))],
    ["settings", () => settings()],
    [
      "headers, byte by byte",
      (index) =>
        headers(1, request("/", { more: [["a", "b".repeat(500)]] })).subarray(index, index + 1),
    ],
  ];
  for (const [what, piece] of idle) {
    test(`no stream but ${what}: ended when idle`, async () => {
      const connection = await RawHttp2.open(await start());
      await trickle(connection.raw.socket, EVERY_MS, piece);
      expect(connection.frames.some(({ type }) => type === frameType.goAway)).toBe(true);
      await allAreGone();
    });
  }

  test("a client that never answers a FIN: cut", async () => {
    const raw = await RawConnection.open(await start(), true);
    await raw.write(
      Buffer.concat([Buffer.from(preface), settings(), frame(frameType.settings, flag.ack)]),
    );
    await allAreGone();
    raw.socket.destroy();
  });

  test("a body of DATA frames that trickle: reset in time, and the session goes on", async () => {
    const connection = await RawHttp2.open(await start());
    connection.answerPings();
    await connection.request(1, request("/echo", { method: "POST", more: JSON_POST }), false);
    const timer = setInterval(
      () => connection.send(frame(frameType.data, flag.none, 1, Buffer.from("1"))),
      EVERY_MS,
    );
    expect(await connection.resetCode(1)).toBe(errorCode.enhanceYourCalm);
    clearInterval(timer);
    await connection.request(3, request("/livez"));
    await connection.frame(({ type, streamId }) => type === frameType.data && streamId === 3);
    connection.destroy();
  });

  test("a window that is never opened: the streams are reset in time, and the session goes on", async () => {
    const connection = await RawHttp2.open(await start(), { 4: 0 });
    connection.answerPings();
    for (let id = 1; id < 20; id += 2) await connection.request(id, request("/megabyte"));
    for (let id = 1; id < 20; id += 2) {
      expect(await connection.resetCode(id)).toBe(errorCode.enhanceYourCalm);
    }
    // No body, so no window is needed.
    await connection.request(101, request("/livez", { method: "HEAD" }));
    await connection.frame(({ type, streamId }) => type === frameType.headers && streamId === 101);
    connection.destroy();
  });

  test("a window that is opened by a byte now and then holds no stream longer", async () => {
    const connection = await RawHttp2.open(await start(), { 4: 0 });
    connection.answerPings();
    await connection.request(1, request("/megabyte"));
    const timer = setInterval(
      () => connection.send(frame(frameType.windowUpdate, flag.none, 1, word(1))),
      EVERY_MS,
    );
    expect(await connection.resetCode(1)).toBe(errorCode.enhanceYourCalm);
    clearInterval(timer);
    connection.destroy();
  });

  test("too much that is not taken: the session is ended before the streams' time", async () => {
    const limits = { answerMs: 60_000, untakenBytes: 8 * MEGABYTE.length };
    const connection = await RawHttp2.open(await start(limits), { 4: 0 });
    connection.answerPings();
    for (let id = 1; id < 60; id += 2) await connection.request(id, request("/megabyte"));
    expect(await connection.goAwayCode()).toBe(errorCode.enhanceYourCalm);
    await allAreGone();
  });

  test("much that is taken is not too much", async () => {
    const limits = { answerMs: 60_000, untakenBytes: MEGABYTE.length, checkEveryMs: 200 };
    const session = connectHttp2((await start(limits)).url);
    const answers = Array.from({ length: 60 }, async () => {
      let length = 0;
      const stream = session.request({ ":path": "/megabyte" });
      for await (const chunk of stream) length += (chunk as Buffer).length;
      return length;
    });
    expect(new Set(await Promise.all(answers))).toEqual(new Set([MEGABYTE.length]));
    session.destroy();
  });

  test("a client that stops reading from its socket: cut", async () => {
    const connection = await RawHttp2.open(await start(), { 4: 0x7fff_ffff });
    await connection.send(frame(frameType.windowUpdate, flag.none, 0, word(0x7000_0000)));
    connection.raw.socket.pause();
    for (let id = 1; id < 60; id += 2) await connection.request(id, request("/megabyte"));
    await allAreGone();
    connection.destroy();
  });
});

describe("many at once", () => {
  const length = "Content-Length: 100\r\n\r\n";
  const post = `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${length}`;

  test("bodies that do not come: the oldest make room for those that do", async () => {
    await start({ requestMs: 60_000, unreadRequests: 20 });
    const slow: RawConnection[] = [];
    for (let i = 0; i < 15; i += 1) slow.push(await RawConnection.open(started));
    for (const raw of slow) await raw.write(post);
    const session = await RawHttp2.open(started);
    session.answerPings();
    for (let id = 1; id < 100; id += 2) {
      await session.request(id, request("/echo", { method: "POST", more: JSON_POST }), false);
    }
    await Promise.all(slow.map((raw) => raw.closed));
    for (let id = 1; id < 60; id += 2) {
      expect(await session.resetCode(id)).toBe(errorCode.enhanceYourCalm);
    }
    const body = JSON.stringify("a".repeat(1000));
    const answer = await fetch(`${started.url}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(answer.status).toBe(200);
    session.destroy();
  });

  test("bodies that come make no room: thousands on one connection, one after another", async () => {
    await start({ unreadRequests: 5 });
    const session = connectHttp2(started.url);
    for (let i = 0; i < 1000; i += 1) {
      const stream = session.request({
        ":method": "POST",
        ":path": "/echo",
        "content-type": "application/json",
      });
      stream.end("1");
      for await (const _chunk of stream) {
        // Only its end is of interest.
      }
      expect(stream.rstCode).toBe(0);
    }
    session.destroy();
  });

  test("answers that are not taken: given up long before their time", async () => {
    await start({ answerMs: 60_000, untakenAnswers: 10 });
    const connection = await RawHttp2.open(started, { 4: 0 });
    connection.answerPings();
    for (let id = 1; id < 30; id += 2) await connection.request(id, request("/livez"));
    for (let id = 1; id < 30; id += 2) {
      expect(await connection.resetCode(id)).toBe(errorCode.enhanceYourCalm);
    }
    connection.destroy();
  });
});
