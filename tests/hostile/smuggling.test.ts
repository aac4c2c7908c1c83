import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawConnection } from "../transport/server/clients.ts";
import { startProxy } from "../transport/server/proxy.ts";
import { type StartedServer, startServer } from "../transport/server/start-server.ts";
import {
  errorCode,
  flag,
  frame,
  frameType,
  type HeaderList,
  headerBlock,
  headers,
  preface,
  request,
  word,
} from "./support/http2-frames.ts";
import { RawHttp2 } from "./support/raw-http2.ts";

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

let started: StartedServer;
/** The requests that reached a route. */
const seen: Seen[] = [];
beforeAll(async () => {
  started = await startServer({
    routes: (app) => {
      app.addHook("preHandler", async (call) => {
        seen.push({ url: call.url, headers: call.headers });
      });
      app.post("/echo", async (call) => call.body);
      app.get("/ok", async () => "ok");
    },
  });
});
afterAll(() => started.stop());

/** What is answered to bytes, until the server ends the connection, or has answered `answers` times. */
async function answerTo(text: string, answers?: number): Promise<string> {
  seen.length = 0;
  const raw = await RawConnection.open(started);
  // Latin-1: a byte for each character.
  await raw.write(Buffer.from(text, "latin1"));
  if (answers === undefined) await raw.closed;
  else await raw.until((received) => received.split(/HTTP\/1.1 \d/).length - 1 >= answers);
  raw.socket.destroy();
  return raw.received.toString("latin1");
}

const post = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
const get = "GET /ok HTTP/1.1\r\nHost: a\r\n";
/** What hides behind a request of which two parties disagree where it ends. */
const hidden = `${get}X-Hidden: yes\r\n\r\n`;
const chunked = "Transfer-Encoding: chunked\r\n";

describe("HTTP/1.1 that is refused, and the connection closed before the next byte is read", () => {
  const refused: readonly (readonly [what: string, text: string, status?: number])[] = [
    ["a length and chunks", `${post}Content-Length: 2\r\n${chunked}\r\n0\r\n\r\n`],
    ["chunks and a length", `${post}${chunked}Content-Length: 2\r\n\r\n0\r\n\r\n`],
    ["two lengths", `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ["the same length twice", `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ["a list of lengths", `${post}Content-Length: 2, 2\r\n\r\n{}`],
    ["a length with a sign", `${post}Content-Length: +2\r\n\r\n{}`],
    ["a length below nothing", `${post}Content-Length: -2\r\n\r\n{}`],
    ["a hexadecimal length", `${post}Content-Length: 0x2\r\n\r\n{}`],
    ["a length beyond numbers", `${post}Content-Length: ${"9".repeat(30)}\r\n\r\n{}`],
    ["a folded header", `${post}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}`],
    ["a folded coding", `${post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
    ["a header that begins with a space", `GET /ok HTTP/1.1\r\n Host: a\r\n\r\n`],
    ["lines that end with LF", `${post}Content-Length: 2\r\n\r\n{}`.replaceAll("\r\n", "\n")],
    ["one line that ends with LF", `${post}X-A: b\nContent-Length: 2\r\n\r\n{}`],
    ["headers that end with LF", `${post}Content-Length: 2\r\n\n{}`],
    ["a line that ends with CR", `${post}X-A: b\rContent-Length: 2\r\n\r\n{}`],
    ["a space before the colon", `${post}Content-Length : 2\r\n\r\n{}`],
    ["a NUL in a header", `${get}X-A: a\0b\r\n\r\n`],
    ["a NUL in the path", `GET /o\0k HTTP/1.1\r\nHost: a\r\n\r\n`],
    ["a coding that looks like chunks", `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501],
    ["a coding before the chunks", `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
    ["a coding after the chunks", `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ["two codings", `${post}${chunked}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n`],
    ["chunks in HTTP/1.0", `${post.replace("1.1", "1.0")}${chunked}\r\n0\r\n\r\n`],
    ["a chunk whose size is no number", `${post}${chunked}\r\n2x\r\n{}\r\n0\r\n\r\n`],
    ["a chunk whose size ends with LF", `${post}${chunked}\r\n2\n{}\r\n0\r\n\r\n`],
    ["a chunk beyond numbers", `${post}${chunked}\r\n10000000000000002\r\n{}\r\n0\r\n\r\n`],
    ["a chunk that is longer than it says", `${post}${chunked}\r\n1\r\n{}\r\n0\r\n\r\n`],
    ["a LF in a chunk's extension", `${post}${chunked}\r\n2;a\nb\r\n{}\r\n0\r\n\r\n`],
    [
      "endless extensions of chunks",
      `${post}${chunked}\r\n2;${"a".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      "a length behind the chunks",
      `${post}${chunked}\r\n2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n`,
    ],
    ["no host", "GET /ok HTTP/1.1\r\n\r\n"],
    ["two hosts", `${get}Host: b\r\n\r\n`],
    ["the same host twice", `${get}Host: a\r\n\r\n`],
    ["a host that splits a URL", "GET /ok HTTP/1.1\r\nHost: a/b?\r\n\r\n"],
    ["a host with a user", "GET /ok HTTP/1.1\r\nHost: b@a\r\n\r\n"],
    ["a URL of another host", "GET http://b/ok HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a URL with a user", "GET http://b@a/ok HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["HTTP/0.9", "GET /ok\r\n\r\n", 505],
    ["HTTP/2.0 in the clothes of 1.1", "GET /ok HTTP/2.0\r\nHost: a\r\n\r\n", 505],
    ["HTTP/1.2", "GET /ok HTTP/1.2\r\nHost: a\r\n\r\n"],
    ["a method in small letters", get.replace("GET", "get")],
    ["headers without an end", `${get}X-A: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["headers in the thousands", `${get}${"X: 1\r\n".repeat(2500)}\r\n`, 431],
  ];
  for (const [what, text, status = 400] of refused) {
    test(what, async () => {
      const answer = await answerTo(text + hidden);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*connection: close`, "i"));
      expect(answer.split("HTTP/1.1").length).toBe(2);
      expect(seen.filter((each) => each.headers["x-hidden"] !== undefined)).toEqual([]);
    });
  }

  test("CONNECT has no answer at all", async () => {
    expect(await answerTo(`CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n${hidden}`)).toBe("");
    expect(seen).toEqual([]);
  });
});

describe("HTTP/1.1 that is taken, each request for itself", () => {
  const taken: readonly (readonly [what: string, text: string, urls: readonly string[]])[] = [
    [
      "chunks in capitals",
      `${post}Transfer-Encoding: CHUNKED\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      ["/echo"],
    ],
    ["a chunk's extension", `${post}${chunked}\r\n2;a=b\r\n{}\r\n0\r\n\r\n`, ["/echo"]],
    ["a length of zero", `${get}Content-Length: 0\r\n\r\n`, ["/ok"]],
    ["a body that looks like a request", `${post}Content-Length: 4\r\n\r\n"PR"`, ["/echo"]],
  ];
  for (const [what, text, urls] of taken) {
    test(what, async () => {
      const answer = await answerTo(text + hidden, 2);
      expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200"]);
      expect(seen.map(({ url }) => url).sort()).toEqual([...urls, "/ok"]);
    });
  }

  for (const protocol of ["h2c", "websocket"]) {
    const upgrade = `${get}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`;

    test(`${protocol}, which is not upgraded to`, async () => {
      seen.length = 0;
      const raw = await RawConnection.open(started);
      for (const answers of [2, 3, 4]) {
        await raw.write(upgrade);
        await raw.until((text) => text.split(/HTTP\/1.1 200/).length === answers);
      }
      expect(seen).toHaveLength(3);
      raw.socket.destroy();
    });

    test(`${protocol} at once, without waiting for leave: nothing of it is heard`, async () => {
      const answer = await answerTo(`${upgrade}${preface}${hidden}`, 1);
      expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
      expect(seen).toHaveLength(1);
    });
  }

  test("what follows the last request is not run", async () => {
    for (const last of [`${get}Connection: close\r\n\r\n`, `${get.replace("1.1", "1.0")}\r\n`]) {
      const answer = await answerTo(last + hidden);
      expect(answer.split("HTTP/1.1 200")).toHaveLength(2);
      expect(seen).toHaveLength(1);
    }
  });

  test("garbage behind a request does not take the place of its answer", async () => {
    const held = Promise.withResolvers<void>();
    const other = await startServer({
      routes: (app) => {
        app.get("/held", async () => {
          await held.promise;
          return "held";
        });
      },
    });
    const raw = await RawConnection.open(other);
    await raw.write(`${get.replace("/ok", "/held")}\r\nno request at all\r\n\r\n`);
    await fetch(`${other.url}/livez`);
    expect(raw.received).toHaveLength(0);
    held.resolve();
    await raw.closed;
    expect(raw.received.toString("latin1")).toMatch(/^HTTP\/1.1 200 [\s\S]*held$/);
    await other.stop();
  });

  test("a URL of the host itself", async () => {
    const answer = await answerTo("GET http://a/livez HTTP/1.1\r\nHost: a\r\n\r\n", 1);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe("half-closed", () => {
  const ended: readonly (readonly [what: string, text: string, answer: RegExp])[] = [
    ["after a request: answered", `${get}\r\n`, /^HTTP\/1.1 200 [\s\S]*ok$/],
    [
      "after several: all answered",
      `${get}\r\n`.repeat(20),
      /^(HTTP\/1.1 200 [\s\S]*?\r\n\r\nok){20}$/,
    ],
    ["within headers: 400", "GET /ok HTTP/1.1\r\nHost", /^HTTP\/1.1 400 /],
    ["within a body: 400", `${post}Content-Length: 10\r\n\r\n{`, /^HTTP\/1.1 400 /],
    ["within chunks: 400", `${post}${chunked}\r\n5\r\n{`, /^HTTP\/1.1 400 /],
    ["within the preface: nothing", preface.slice(0, 20), /^$/],
  ];
  for (const [what, text, answer] of ended) {
    test(what, async () => {
      const raw = await RawConnection.open(started, true);
      const closed = once(raw.socket, "end");
      raw.socket.end(text);
      await closed;
      raw.socket.destroy();
      expect(raw.received.toString("latin1")).toMatch(answer);
    });
  }
});

describe("HTTP/2", () => {
  const without = (name: string): HeaderList => request("/ok").filter(([each]) => each !== name);
  const more = (...fields: HeaderList): HeaderList => request("/ok", { more: fields });
  const { protocolError } = errorCode;

  const reset: readonly (readonly [what: string, list: HeaderList])[] = [
    ["connection", more(["connection", "close"])],
    ["keep-alive", more(["keep-alive", "timeout=5"])],
    ["proxy-connection", more(["proxy-connection", "close"])],
    ["transfer-encoding", more(["transfer-encoding", "chunked"])],
    ["upgrade", more(["upgrade", "h2c"])],
    ["te other than trailers", more(["te", "gzip"])],
    ["a name with capitals", more(["X-A", "b"])],
    ["no :method", without(":method")],
    ["no :path", without(":path")],
    ["no :scheme", without(":scheme")],
    ["two :path", [...request("/ok"), [":path", "/livez"]]],
    ["two :method", [[":method", "POST"], ...request("/ok")]],
    ["two :authority", [[":authority", "b"], ...request("/ok")]],
    [":path after a header", [["x-a", "b"], ...request("/ok")]],
    [":status in a request", [[":status", "200"], ...request("/ok")]],
    ["a pseudo-header that nobody knows", [[":x", "y"], ...request("/ok")]],
    ["an empty :path", request("")],
    ["a :path without a slash", request("ok")],
    ["a :path that is a URL", request("http://b/ok")],
    ["a :path with a request in it", request("/ok HTTP/1.1\r\nX-Hidden: yes\r\n\r\n")],
    ["two lengths", more(["content-length", "2"], ["content-length", "3"])],
    ["a length and no body", more(["content-length", "2"])],
  ];
  for (const [what, list] of reset) {
    test(`${what}: the stream is reset, and the session goes on`, async () => {
      seen.length = 0;
      const connection = await RawHttp2.open(started);
      await connection.request(1, list);
      expect(await connection.resetCode(1)).toBe(protocolError);
      await connection.request(3, request("/ok"));
      await connection.frame(({ type, streamId }) => type === frameType.data && streamId === 3);
      expect(seen).toHaveLength(1);
      connection.destroy();
    });
  }

  test("a host that is not the authority: 400", async () => {
    seen.length = 0;
    const connection = await RawHttp2.open(started);
    await connection.request(1, more(["host", "b"]));
    await connection.frame(({ type, streamId }) => type === frameType.data && streamId === 1);
    expect(seen).toEqual([]);
    connection.destroy();
  });

  test("what cannot be a header is no header", async () => {
    seen.length = 0;
    const connection = await RawHttp2.open(started);
    const list = more(
      ["x-a", "b\r\nx-hidden: yes"],
      ["x-b", "a\0b"],
      ["x-c:d", "e"],
      ["x d", "e"],
      ["", "e"],
      ["x-good", "yes"],
    );
    await connection.request(1, list);
    await connection.frame(({ type, streamId }) => type === frameType.data && streamId === 1);
    const [first] = seen;
    expect(Object.keys(first?.headers ?? {}).filter((name) => name.startsWith("x"))).toEqual([
      "x-good",
    ]);
    connection.destroy();
  });

  test("a body that is longer than its length: never seen", async () => {
    seen.length = 0;
    const connection = await RawHttp2.open(started);
    const list = request("/echo", {
      method: "POST",
      more: [
        ["content-type", "application/json"],
        ["content-length", "2"],
      ],
    });
    const body = frame(frameType.data, flag.endStream, 1, Buffer.from("{}{}"));
    await connection.send(headers(1, list, false), body);
    await connection.frame(
      ({ type }) => type === frameType.resetStream || type === frameType.goAway,
    );
    expect(seen).toEqual([]);
    connection.destroy();
  });

  const ended: readonly (readonly [what: string, bytes: Buffer])[] = [
    ["a stream with an even id", headers(2, request("/ok"))],
    ["a request on stream 0", headers(0, request("/ok"))],
    [
      "a push",
      frame(
        frameType.pushPromise,
        flag.endHeaders,
        1,
        Buffer.concat([word(2), headerBlock(request("/ok"))]),
      ),
    ],
    ["a frame that is too large", frame(frameType.data, flag.none, 1, Buffer.alloc(20_000))],
    [
      "headers that do not decode",
      frame(frameType.headers, flag.endHeaders, 1, Buffer.from("ffffffffff7f", "hex")),
    ],
    [
      "a window that is opened too far",
      Buffer.concat(Array(2).fill(frame(frameType.windowUpdate, flag.none, 0, word(0x7fff_ffff)))),
    ],
    ["DATA on a stream that is none", frame(frameType.data, flag.none, 7, Buffer.from("a"))],
    ["CONTINUATION without headers", frame(frameType.continuation, flag.endHeaders, 1)],
    [
      "another frame within headers",
      Buffer.concat([
        frame(frameType.headers, flag.none, 1, headerBlock(request("/ok"))),
        frame(frameType.ping, flag.none, 0, Buffer.alloc(8)),
      ]),
    ],
  ];
  for (const [what, bytes] of ended) {
    test(`${what}: the session is ended`, async () => {
      seen.length = 0;
      const connection = await RawHttp2.open(started);
      await connection.send(bytes);
      expect(await connection.goAwayCode()).toBeGreaterThan(0);
      expect(seen).toEqual([]);
    });
  }

  test("everything byte by byte", async () => {
    const proxy = await startProxy(started, 400);
    const connection = await RawHttp2.open(proxy);
    await connection.request(1, request("/ok"));
    await connection.frame(({ type, streamId }) => type === frameType.data && streamId === 1);
    connection.destroy();
    proxy.stop();
  });
});
