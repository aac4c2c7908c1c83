import { once } from "node:events";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcp, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGuardedHttp, type Exchanged } from "../../src/net/guarded-http.ts";
import type { Resolve } from "../../src/net/resolve.ts";
import { parseTarget } from "../../src/net/target.ts";

const MAX = 64 * 1024;
/** A name for each address that a test wants to be led to. */
const byName: Resolve = async (name) => {
  const address = name
    .replace(/\.example$/, "")
    .replaceAll("-", ":")
    .replaceAll("_", ".");
  return [address];
};
const never = () => new AbortController().signal;

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening<S extends Server | ReturnType<typeof createTcp>>(
  server: S,
): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  servers.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const serving = (answer: RequestListener) => listening(createHttp(answer));

function post(
  url: string,
  { resolve = byName, allowLoopback = true, signal = never() } = {},
): Promise<Exchanged> {
  const http = createGuardedHttp({ resolve, allowLoopback, maxAnswerBytes: MAX });
  return http.post({ url: new URL(url), headers: { "x-test": "1" }, body: "{}", signal });
}

const textOf = ({ body }: Exchanged) => Buffer.from(body).toString();

describe("an exchange", () => {
  it("sends a body by POST, and answers the status and the beginning of what came back", async () => {
    const seen: unknown[] = [];
    const port = await serving(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method, headers } = request;
      seen.push([method, headers["x-test"], headers.host, String(Buffer.concat(chunks))]);
      response.writeHead(202, { "retry-after": "7" }).end("so be it");
    });
    const answer = await post(`http://127_0_0_1.example:${port}/a?b=c`);
    expect({ ...answer, body: textOf(answer) }).toEqual({
      status: 202,
      failure: null,
      retryAfter: "7",
      body: "so be it",
    });
    expect(seen).toEqual([["POST", "1", `127_0_0_1.example:${port}`, "{}"]]);
  });

  it("follows no redirect", async () => {
    let calls = 0;
    const port = await serving((request, response) => {
      calls += 1;
      response.writeHead(307, { location: request.url ?? "/" }).end();
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 307, failure: null });
    expect(calls).toBe(1);
  });

  it("reads an answer so far and no further", async () => {
    const port = await serving((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16 * 1024, "x")));
      };
      response.on("drain", more);
      more();
    });
    const answer = await post(`http://127.0.0.1:${port}/`);
    expect(answer).toMatchObject({ status: 200, failure: null });
    expect(answer.body).toHaveLength(MAX);
  });

  it("tells what went wrong", async () => {
    const cut = await serving((_request, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("half", () => response.socket?.resetAndDestroy());
    });
    expect(await post(`http://127.0.0.1:${cut}/`)).toMatchObject({
      status: 200,
      failure: "ANSWER_CUT_OFF",
    });
    const silent = await listening(createTcp((socket) => socket.once("data", () => socket.end())));
    expect(await post(`http://127.0.0.1:${silent}/`)).toMatchObject({ failure: "NO_ANSWER" });
    expect(await post(`https://127.0.0.1:${silent}/`)).toMatchObject({ failure: "TLS_FAILED" });
    const rubbish = await listening(createTcp((socket) => socket.end("rubbish\r\n\r\n")));
    expect(await post(`http://127.0.0.1:${rubbish}/`)).toMatchObject({ failure: "NO_ANSWER" });
    const upgrade = await listening(
      createTcp((socket) =>
        socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        ),
      ),
    );
    expect(await post(`http://127.0.0.1:${upgrade}/`)).toMatchObject({ failure: "NO_ANSWER" });
    for (const server of servers.splice(0)) server.close();
    expect(await post(`http://127.0.0.1:${silent}/`)).toMatchObject({
      failure: "CONNECTION_FAILED",
    });
    const nobody: Resolve = async () => [];
    expect(await post("https://a.example/", { resolve: nobody })).toMatchObject({
      failure: "NAME_NOT_RESOLVED",
    });
    const broken: Resolve = () => Promise.reject(new Error("SERVFAIL"));
    expect(await post("https://a.example/", { resolve: broken })).toMatchObject({
      failure: "NAME_NOT_RESOLVED",
    });
  });

  it("ends when its time is up, wherever it is", async () => {
    const hanging = await serving(() => {});
    const dripping = await serving((_request, response) => {
      response.writeHead(200).write("a");
    });
    const forever: Resolve = () => new Promise(() => {});
    for (const [url, resolve] of [
      [`http://127.0.0.1:${hanging}/`, byName],
      [`http://127.0.0.1:${dripping}/`, byName],
      ["https://a.example/", forever],
    ] as const) {
      const deadline = new AbortController();
      const answer = post(url, { resolve, signal: deadline.signal });
      setImmediate(() => deadline.abort());
      expect(await answer).toMatchObject({ failure: "TIMEOUT" });
    }
  });
});

/** URLs that lead to this machine or near it, whatever the setting says of names. */
const NEAR: readonly string[] = [
  "https://127.0.0.1:PORT/",
  "https://localhost:PORT/",
  "https://localhost.:PORT/",
  "https://127.0.0.1.:PORT/",
  "https://127.1:PORT/",
  "https://2130706433:PORT/",
  "https://017700000001:PORT/",
  "https://0177.0.0.01:PORT/",
  "https://0x7f000001:PORT/",
  "https://0x7f.0.0.1:PORT/",
  "https://１２７.０.０.１:PORT/",
  "https://127。0。0。1:PORT/",
  "https://0.0.0.0:PORT/",
  "https://0:PORT/",
  "https://[::]:PORT/",
  "https://[::1]:PORT/",
  "https://[0:0:0:0:0:0:0:1]:PORT/",
  "https://[::ffff:127.0.0.1]:PORT/",
  "https://[::ffff:7f00:1]:PORT/",
  "https://[::127.0.0.1]:PORT/",
  "https://[64:ff9b::127.0.0.1]:PORT/",
  "https://[64:ff9b::7f00:1]:PORT/",
  "https://[64:ff9b:1::7f00:1]:PORT/",
  "https://[2002:7f00:1::]:PORT/",
  "https://[fe80::1]:PORT/",
  "https://[fd00:ec2::254]:PORT/",
  "https://169.254.169.254/latest/meta-data/",
  "https://169.254.169.254.:PORT/",
  "https://10.0.0.1:PORT/",
  "https://192.168.0.1:PORT/",
  "https://100.64.0.1:PORT/",
];
/** What no endpoint may be, wherever it leads. */
const ILL_FORMED: readonly (readonly [string, RegExp])[] = [
  ["http://8.8.8.8/", /https/],
  ["http://127.0.0.1/", /https/],
  ["ftp://a.example/", /https/],
  ["javascript:alert(1)", /https/],
  ["//a.example/", /https/],
  ["a.example", /https/],
  ["", /https/],
  ["https://user@a.example/", /user name/],
  ["https://:secret@a.example/", /user name/],
  ["https://8.8.8.8@127.0.0.1/", /user name/],
  ["https://a.example/#part", /fragment/],
  ["https://a.example/#", /fragment/],
  ["https://a.example:0/", /port/],
  ["https://a.example\\@127.0.0.1/", /https/],
  ["https://a.exa\tmple/", /https/],
  [" https://a.example/", /https/],
  ["https://a.example:99999/", /https/],
  ["https://./", /host/],
  [`https://a.example/${"a".repeat(2048)}`, /2048/],
];

describe("what is not dialled", () => {
  let port: number;
  let connections = 0;
  beforeEach(async () => {
    connections = 0;
    // Whatever is dialled on this machine would be seen here.
    const canary = createTcp(() => {
      connections += 1;
    });
    port = await listening(canary);
  });

  it.each(NEAR)("%s", async (text) => {
    const url = text.replace("PORT", String(port));
    const answer = await post(url, { allowLoopback: false, resolve: async () => ["127.0.0.1"] });
    expect(answer).toEqual({
      status: null,
      failure: "ADDRESS_REFUSED",
      retryAfter: "",
      body: new Uint8Array(),
    });
    expect(connections).toBe(0);
    const parsed = parseTarget(url, { allowLoopback: false });
    const isName = /localhost/.test(text);
    expect("problem" in parsed).toBe(!isName);
  });

  it.each(ILL_FORMED)("%s is no endpoint", (text, problem) => {
    expect(parseTarget(text, { allowLoopback: false })).toEqual({
      problem: expect.stringMatching(problem),
    });
  });

  it("a name that was public when it was checked, and is this machine when it is dialled", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.7"]];
    const resolve: Resolve = async () => answers.shift() ?? [];
    const url = `https://rebinding.example:${port}/`;
    expect(parseTarget(url, { allowLoopback: false })).toHaveProperty("url");
    await resolve("rebinding.example");
    while (answers.length > 0) {
      const answer = await post(url, { allowLoopback: false, resolve });
      expect(answer.failure).toBe("ADDRESS_REFUSED");
    }
    expect(connections).toBe(0);
  });

  it("a name that is public and private at once", async () => {
    for (const addresses of [
      ["8.8.8.8", "127.0.0.1"],
      ["127.0.0.1", "8.8.8.8"],
      ["8.8.8.8", "fe80::1"],
    ]) {
      const resolve: Resolve = async () => addresses;
      const answer = await post(`https://both.example:${port}/`, { allowLoopback: false, resolve });
      expect(answer.failure).toBe("ADDRESS_REFUSED");
    }
    expect(connections).toBe(0);
  });

  it("a second address by the dialer's own look-up: a name is looked up once", async () => {
    let asked = 0;
    const resolve: Resolve = async () => {
      asked += 1;
      return asked === 1 ? ["127.0.0.1"] : ["127.0.0.2"];
    };
    await post(`http://once.example:${port}/`, { resolve, signal: AbortSignal.timeout(100) });
    expect(asked).toBe(1);
    expect(connections).toBe(1);
  });

  it("this machine by http is dialled where it is allowed, and nothing else is", async () => {
    const rules = { allowLoopback: true };
    expect(parseTarget("http://127.0.0.1:1/", rules)).toHaveProperty("url");
    expect(parseTarget("http://[::1]:1/", rules)).toHaveProperty("url");
    expect(parseTarget("http://8.8.8.8/", rules)).toHaveProperty("problem");
    expect(parseTarget("http://10.0.0.1/", rules)).toHaveProperty("problem");
    expect(parseTarget("https://10.0.0.1/", rules)).toHaveProperty("problem");
    const resolve: Resolve = async () => ["8.8.8.8"];
    const answer = await post("http://public.example/", { resolve });
    expect(answer.failure).toBe("ADDRESS_REFUSED");
  });
});
