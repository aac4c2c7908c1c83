import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.js";
import { registry } from "./descriptors.ts";
import { jsonOf, restOf } from "./harness.ts";

describe("responses", () => {
  test("are proto3 JSON with zero and empty fields printed", async () => {
    const { send } = restOf(() => ({ nextPageToken: "t", books: [{ priceMinor: 5n }] }));
    const response = await send("GET /v1/books");
    expect(response).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
    });
    expect(jsonOf(response)).toMatchObject({
      nextPageToken: "t",
      books: [{ priceMinor: "5", title: "", authors: [], labels: {}, genre: "GENRE_UNSPECIFIED" }],
    });
  });

  test("are one field with response_body, and null when it is not set", async () => {
    const { send } = restOf(({ message }) =>
      (message as unknown as { bookId: string }).bookId === "b1" ? { book: { title: "T" } } : {},
    );
    expect(jsonOf(await send("GET /v1/books/b1"))).toMatchObject({ title: "T", lent: false });
    expect(jsonOf(await send("GET /v1/books/b2"))).toBeNull();
    const tags = restOf(() => ({ tags: ["a"] }));
    expect(jsonOf(await tags.send("PUT /v1/books/b1/tags", { body: [] }))).toEqual(["a"]);
  });

  test("carry headers and trailers, but not what frames the message", async () => {
    const { send } = restOf(({ context }) => {
      context.responseHeader.set("x-one", "1");
      context.responseHeader.set("content-length", "7");
      context.responseHeader.set("connection", "close");
      context.responseHeader.append("set-cookie", "a=1");
      context.responseHeader.append("set-cookie", "b=2");
      context.responseTrailer.set("x-two", "2");
      return {};
    });
    expect((await send("GET /v1/books"))?.headers).toEqual({
      "content-type": "application/json",
      "x-one": "1",
      "x-two": "2",
      "set-cookie": ["a=1", "b=2"],
    });
  });

  test("a path that no binding knows is not answered", async () => {
    expect(await restOf().send("GET /v2/books")).toBeUndefined();
  });

  test("a stream is not implemented yet", async () => {
    expect(await restOf().send("GET /v1/stream/b1")).toMatchObject({ status: 501 });
  });

  test("an Any needs a registry", async () => {
    const body = { attachment: { "@type": "x/example.v1.Person", givenName: "A" } };
    const line = "POST /v1/books";
    expect(await restOf(undefined, { registry }).send(line, { body })).toMatchObject({
      status: 200,
    });
    expect(await restOf().refused(line, { body })).toMatchObject({ fields: ["attachment"] });
  });
});

describe("calls", () => {
  test("run the interceptors in order, with what Connect's handlers would give them", async () => {
    const log: string[] = [];
    const named =
      (name: string): Interceptor =>
      (next) =>
      async (request) => {
        log.push(`${name} in ${request.header.get("x-in")}`);
        request.header.set("x-in", name);
        const response = await next(request);
        log.push(`${name} out`);
        response.header.append("x-out", name);
        return response;
      };
    const { send, calls } = restOf(undefined, { interceptors: [named("first"), named("second")] });
    const response = await send("HEAD /v1/books?title=x", { header: { "x-in": "client" } });
    expect(log).toEqual(["first in client", "second in first", "second out", "first out"]);
    expect(response?.headers["x-out"]).toBe("second, first");
    expect(calls[0]?.context).toMatchObject({
      protocolName: "rest",
      requestMethod: "HEAD",
      url: "http://localhost/v1/books?title=x",
    });
    expect(calls[0]?.context.requestHeader.get("x-in")).toBe("second");
    expect(calls[0]?.context.method.name).toBe("ListBooks");
    expect(calls[0]?.context.service.typeName).toBe("example.v1.LibraryService");
  });

  test("have the caller's deadline, and a signal that ends with them", async () => {
    let fire: (() => void) | undefined;
    const timers = {
      now: () => 1000,
      after: (ms: number, callback: () => void) => {
        expect(ms).toBe(250);
        fire = callback;
        return () => {};
      },
    };
    const { send, calls } = restOf(
      ({ context }) =>
        new Promise((_, reject) => {
          expect(context.timeoutMs()).toBe(250);
          context.signal.addEventListener("abort", () =>
            reject(new DOMException("aborted", "AbortError")),
          );
          fire?.();
        }),
      { timers },
    );
    const response = await send("GET /v1/books", { header: { "connect-timeout-ms": "250" } });
    expect(response?.status).toBe(504);
    expect(jsonOf(response)).toMatchObject({ code: "deadline_exceeded" });
    expect(calls[0]?.context.signal.aborted).toBe(true);
    const plain = restOf();
    await plain.send("GET /v1/books");
    expect(plain.calls[0]?.context.timeoutMs()).toBeUndefined();
    expect(plain.calls[0]?.context.signal.aborted).toBe(true);
  });

  test.each(["-1", "1.5", "x", "12345678901", "9999999999"])(
    "timeout %s is refused",
    async (ms) => {
      const answer = await restOf().refused("GET /v1/books", {
        header: { "connect-timeout-ms": ms },
      });
      expect(answer).toMatchObject({ status: 400 });
    },
  );

  test("see the server stop", async () => {
    const stopping = new AbortController();
    const { send } = restOf(
      ({ context }) =>
        new Promise((_, reject) => {
          context.signal.addEventListener("abort", () => reject(context.signal.reason));
          stopping.abort(new ConnectError("stopping", Code.Unavailable));
        }),
      { shutdownSignal: stopping.signal },
    );
    expect((await send("GET /v1/books"))?.status).toBe(503);
  });

  test("see the client go away", async () => {
    const controller = new AbortController();
    const { send } = restOf(
      ({ context }) =>
        new Promise((_, reject) => {
          context.signal.addEventListener("abort", () => reject(context.signal.reason));
          controller.abort(new ConnectError("gone", Code.Canceled));
        }),
    );
    expect((await send("GET /v1/books", { signal: controller.signal }))?.status).toBe(499);
  });
});

describe("errors", () => {
  const failing = (error: unknown) => () => {
    throw error;
  };

  test("of a handler are rendered with its headers and the error's", async () => {
    const { send } = restOf(({ context }) => {
      context.responseHeader.set("x-kept", "1");
      throw new ConnectError("no such book", Code.NotFound, { "x-meta": "2" });
    });
    const response = await send("GET /v1/books/b1?isbn=1");
    expect(response).toMatchObject({
      status: 404,
      headers: { "content-type": "application/problem+json", "x-kept": "1", "x-meta": "2" },
    });
    expect(jsonOf(response)).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: "no such book",
      instance: "/v1/books/b1",
      code: "not_found",
      errors: [],
      request_id: "req-1",
    });
  });

  test("that are not ConnectErrors say nothing; the hook has the cause", async () => {
    const told: ConnectError[] = [];
    const cause = new Error("SELECT secret");
    const { send } = restOf(failing(cause), { onError: (error) => told.push(error) });
    const response = await send("GET /v1/books");
    expect(response?.status).toBe(500);
    expect(String(response?.body)).not.toContain("secret");
    expect(jsonOf(response)).toMatchObject({ code: "internal", detail: "internal error" });
    expect(told[0]?.cause).toBe(cause);
  });

  test("that a response cannot be written is internal", async () => {
    const { send } = restOf(() => ({ genre: 1, attachment: { typeUrl: "x/secret" } }));
    const response = await send("POST /v1/books");
    expect(response?.status).toBe(500);
    expect(String(response?.body)).not.toContain("secret");
  });

  test("are rendered by the caller's function, refusals too", async () => {
    const { send } = restOf(undefined, {
      renderError: (error, request) => ({
        status: 418,
        headers: { "content-type": "text/plain" },
        body: `${error.rawMessage} ${request.method} ${request.path} ${request.requestId}`,
      }),
    });
    const response = await send("GET /v1/books?nope=1");
    expect(response?.status).toBe(418);
    expect(String(response?.body)).toBe("the request is not valid GET /v1/books req-1");
  });

  test("of the transcoder hold a BadRequest detail and an Allow header", async () => {
    const told: ConnectError[] = [];
    const { send } = restOf(undefined, { onError: (error) => told.push(error) });
    await send("GET /v1/books?nope=1");
    expect(told[0]).toBeInstanceOf(ConnectError);
    expect(told[0]?.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([
      { field: "nope", description: "is not a known query parameter" },
    ]);
    expect(await send("PUT /v1/books")).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD, POST" },
    });
  });
});
