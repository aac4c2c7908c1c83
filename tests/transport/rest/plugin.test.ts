import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, constants } from "node:http2";
import { type AddressInfo, connect as connectSocket } from "node:net";
import { text } from "node:stream/consumers";
import { Code, ConnectError, createContextKey, createContextValues } from "@connectrpc/connect";
import cors from "@fastify/cors";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import {
  collectServices,
  type RestPluginOptions,
  renderFrameworkErrors,
  restPlugin,
} from "../../../src/transport/rest/index.ts";
import { rpcRoutes } from "../../../src/transport/server/rpc-routes.ts";
import { library } from "./descriptors.ts";
import { recordingLibrary, type Seen } from "./harness.ts";

const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.server.closeAllConnections?.();
    await server.close();
  }
});

type Started = { origin: string; port: number; calls: Seen[]; server: FastifyInstance };

async function start(
  answer?: (seen: Seen) => unknown,
  options: Partial<RestPluginOptions> = {},
  prepare: (server: FastifyInstance) => void = () => {},
): Promise<Started> {
  const { calls, spec } = recordingLibrary(answer);
  const server = Fastify({ forceCloseConnections: true });
  return { ...(await mount(server, { services: [spec], ...options }, prepare)), calls };
}

async function mount(
  server: FastifyInstance,
  options: RestPluginOptions,
  prepare: (server: FastifyInstance) => void = () => {},
) {
  prepare(server);
  await server.register(restPlugin, options);
  await server.listen({ host: "127.0.0.1", port: 0 });
  open.push(server);
  const { port } = server.server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, server };
}

describe("restPlugin on HTTP/1.1", () => {
  test("serves calls, with headers both ways and a content length", async () => {
    const key = createContextKey("");
    const { origin, calls } = await start(
      ({ context }) => {
        context.responseHeader.set("x-back", context.requestHeader.get("x-there") ?? "");
        return { bookId: "b1", title: context.values.get(key) };
      },
      { contextValues: (request) => createContextValues().set(key, request.id) },
    );
    const response = await fetch(`${origin}/v1/books`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-there": "1" },
      body: JSON.stringify({ title: "é" }),
    });
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(body)));
    expect(response.headers.get("x-back")).toBe("1");
    expect(JSON.parse(body)).toMatchObject({ bookId: "b1", title: "req-1" });
    expect(calls[0]?.message).toMatchObject({ title: "é" });
    expect(calls[0]?.context.url).toBe(`${origin}/v1/books`);
  });

  test("matches paths that Fastify's router reads otherwise", async () => {
    const { origin, calls } = await start();
    const long = "x".repeat(500);
    for (const [method, path] of [
      ["POST", "/v1/books/a%2Fb:cancel"],
      ["GET", `/v1/books/${long}?isbn=1`],
      ["GET", "/v1/files/a/parts/x%2Fy/z"],
    ] as const) {
      expect((await fetch(origin + path, { method })).status).toBe(200);
    }
    expect(calls.map((call) => call.message)).toMatchObject([
      { bookId: "a/b" },
      { bookId: long, isbn: "1" },
      { name: "files/a/parts/x%2Fy/z" },
    ]);
  });

  test("answers HEAD without a body but with its length", async () => {
    const { origin } = await start();
    const get = await (await fetch(`${origin}/v1/books`)).text();
    const head = await fetch(`${origin}/v1/books`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String(get.length));
    expect(await head.text()).toBe("");
  });

  test("answers 405 with Allow, and leaves unknown paths to the instance", async () => {
    const { origin } = await start(undefined, {}, (server) => {
      server.get("/v1/plain", async () => "plain");
      server.setNotFoundHandler((_, reply) => reply.code(404).send("nobody"));
    });
    const wrong = await fetch(`${origin}/v1/books`, { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    expect(await (await fetch(`${origin}/v1/plain`)).text()).toBe("plain");
    for (const path of ["/v1/nothing/here", "/v2", "/", "/v1/"]) {
      const response = await fetch(origin + path);
      expect([response.status, await response.text()]).toEqual([404, "nobody"]);
    }
  });

  test("refuses media types and bodies in its own words", async () => {
    const { origin, calls } = await start(undefined, { maxBodyBytes: 100 });
    const post = (type: string, body: string) =>
      fetch(`${origin}/v1/books`, { method: "POST", headers: { "content-type": type }, body });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "nonsense"]) {
      const response = await post(type, "{}");
      expect(response.status).toBe(415);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ request_id: expect.any(String) });
    }
    const exact = JSON.stringify({ title: "x".repeat(88) });
    expect(exact.length).toBe(100);
    expect((await post("application/json", exact)).status).toBe(200);
    const large = await post("application/json", `${exact} `);
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: "resource_exhausted", status: 413 });
    expect(calls).toHaveLength(1);
  });

  test("stops reading a body without a length at the limit", async () => {
    const { port } = await start(undefined, { maxBodyBytes: 1000 });
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      path: "/v1/books",
      method: "POST",
      headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
    });
    request.on("error", () => {});
    request.write("x".repeat(2000));
    const [response] = await once(request, "response");
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe("close");
    response.resume();
  });

  test("refuses a body of GET", async () => {
    const { port, calls } = await start();
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      path: "/v1/books",
      method: "GET",
      headers: { "content-length": "2" },
    });
    request.end("{}");
    const [response] = await once(request, "response");
    expect(response.statusCode).toBe(400);
    expect(await text(response)).toContain("takes no request body");
    expect(calls).toHaveLength(0);
  });

  test("aborts the call when the client goes away", async () => {
    const gone = Promise.withResolvers<unknown>();
    const called = Promise.withResolvers<void>();
    const { port } = await start(({ context }) => {
      context.signal.addEventListener("abort", () => gone.resolve(context.signal.reason));
      called.resolve();
      return gone.promise.then(() => ({}));
    });
    const socket = connectSocket(port, "127.0.0.1");
    socket.write("GET /v1/books HTTP/1.1\r\nhost: x\r\n\r\n");
    await called.promise;
    socket.destroy();
    const reason = await gone.promise;
    expect(reason).toBeInstanceOf(ConnectError);
    expect((reason as ConnectError).code).toBe(Code.Canceled);
  });

  test("survives a client that goes away within its body", async () => {
    const told = Promise.withResolvers<ConnectError>();
    const { port, origin, calls } = await start(undefined, { onError: told.resolve });
    const socket = connectSocket(port, "127.0.0.1");
    socket.write(
      "POST /v1/books HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
      () => socket.destroy(),
    );
    expect((await told.promise).code).toBe(Code.Canceled);
    expect(calls).toHaveLength(0);
    expect((await fetch(`${origin}/v1/books`)).status).toBe(200);
  });

  test("a hook's failure is rendered like any other", async () => {
    const { origin } = await start(undefined, {}, (server) => {
      server.addHook("onRequest", async () => {
        throw new Error("secret");
      });
    });
    const response = await fetch(`${origin}/v1/books`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ detail: "internal error" });
  });

  test("malformed paths are refused like everything else, given the option", async () => {
    const { spec } = recordingLibrary();
    const server = Fastify({ frameworkErrors: renderFrameworkErrors() });
    const { origin } = await mount(server, { services: [spec] });
    for (const path of ["/v1/books/%zz", "/v1/books/%FF", "/%"]) {
      const response = await fetch(origin + path);
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({
        errors: [{ field: "", message: "the path is not valid percent-encoded UTF-8" }],
      });
    }
  });

  test("takes the absolute form of a request target", async () => {
    const { port, calls } = await start();
    const path = `http://127.0.0.1:${port}/v1/books/b1?isbn=2`;
    const request = httpRequest({ port, host: "127.0.0.1", path });
    request.end();
    const [response] = await once(request, "response");
    expect(response.statusCode).toBe(200);
    response.resume();
    expect(calls[0]?.message).toMatchObject({ bookId: "b1", isbn: "2" });
  });

  test("leaves CORS to @fastify/cors", async () => {
    const { origin } = await start(undefined, {}, (server) => {
      server.register(cors, { origin: "https://example.com" });
    });
    const response = await fetch(`${origin}/v1/books`, {
      method: "OPTIONS",
      headers: { origin: "https://example.com", "access-control-request-method": "POST" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://example.com");
  });

  test("works under a prefix", async () => {
    const { spec, calls } = recordingLibrary();
    const server = Fastify();
    await server.register(restPlugin, { services: [spec], prefix: "/api" } as RestPluginOptions);
    await server.listen({ host: "127.0.0.1", port: 0 });
    open.push(server);
    const { port } = server.server.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/books/b1`)).status).toBe(200);
    expect(calls[0]?.message).toMatchObject({ bookId: "b1" });
  });

  test("stands beside Connect, on the same routes function", async () => {
    const routes: Parameters<typeof collectServices>[0] = (router) =>
      router.service(library(), { listBooks: () => ({ nextPageToken: "t" }) } as object);
    const server = Fastify();
    server.register(rpcRoutes({ readMaxBytes: 1024, routes: (router) => void routes(router) }));
    const { origin } = await mount(server, { services: collectServices(routes) });
    const rest = await fetch(`${origin}/v1/books`);
    expect(await rest.json()).toEqual({ books: [], nextPageToken: "t" });
    const rpc = await fetch(`${origin}/example.v1.LibraryService/ListBooks`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await rpc.json()).toEqual({ books: [], nextPageToken: "t" });
    expect((await fetch(`${origin}/v1/books/b1`)).status).toBe(501);
  });
});

describe("restPlugin on HTTP/2", () => {
  async function startHttp2(options: Partial<RestPluginOptions> = {}) {
    const { spec, calls } = recordingLibrary(({ message }) => message);
    const server = Fastify({ http2: true }) as unknown as FastifyInstance;
    const { origin } = await mount(server, { services: [spec], ...options });
    const session = connect(origin);
    const call = async (headers: Record<string, string>, body?: string) => {
      const stream = session.request(headers, { endStream: body === undefined });
      stream.on("error", () => {});
      if (body !== undefined) {
        stream.end(body);
      }
      const [head] = await once(stream, "response");
      return { head, body: await text(stream) };
    };
    return { call, calls, close: () => session.close() };
  }

  test("serves calls with and without a body", async () => {
    const { call, calls, close } = await startHttp2();
    const post = await call(
      { ":method": "POST", ":path": "/v1/books", "content-type": "application/json" },
      '{"title":"T"}',
    );
    expect(post.head[constants.HTTP2_HEADER_STATUS]).toBe(200);
    expect(post.head["content-length"]).toBe(String(post.body.length));
    expect(JSON.parse(post.body)).toMatchObject({ title: "T" });
    const get = await call({ ":method": "GET", ":path": "/v1/books/b1?isbn=2" });
    expect(get.head[":status"]).toBe(200);
    expect(calls[1]?.message).toMatchObject({ bookId: "b1", isbn: "2" });
    const head = await call({ ":method": "HEAD", ":path": "/v1/books" });
    expect([head.head[":status"], head.body]).toEqual([200, ""]);
    close();
  });

  test("refuses a body of GET, and a body that is too large", async () => {
    const { call, close } = await startHttp2({ maxBodyBytes: 10 });
    const get = await call({ ":method": "GET", ":path": "/v1/books" }, "{}");
    expect(get.head[":status"]).toBe(400);
    const post = await call(
      { ":method": "POST", ":path": "/v1/books", "content-type": "application/json" },
      `"${"x".repeat(1000)}"`,
    );
    expect(post.head[":status"]).toBe(413);
    close();
  });
});
