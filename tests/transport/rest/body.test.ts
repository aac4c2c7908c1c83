import { describe, expect, test } from "vitest";
import { type Brief, restOf } from "./harness.ts";

const { received, refused, calls } = restOf();
const create = (body: Brief["body"]) => received("POST /v1/books", { body: body ?? {} });
const refusedCreate = (body: Brief["body"], header?: Record<string, string>) =>
  refused("POST /v1/books", { body: body ?? {}, ...(header ? { header } : {}) });

describe("request bodies", () => {
  test("are the message, one field of it, or a repeated field", async () => {
    expect(await create({ title: "T", price_minor: 5, readers: [{ givenName: "A" }] })).toEqual({
      rpc: "CreateBook",
      title: "T",
      priceMinor: "5",
      readers: [{ givenName: "A" }],
    });
    expect(await received("PATCH /v1/books/b1", { body: { title: "T" } })).toEqual({
      rpc: "UpdateBook",
      book: { bookId: "b1", title: "T" },
    });
    expect(await received("PUT /v1/books/b1/tags?dryRun=true", { body: ["a", "b"] })).toEqual({
      rpc: "SetTags",
      bookId: "b1",
      tags: ["a", "b"],
      dryRun: true,
    });
  });

  test("an empty one is the empty message", async () => {
    expect(await received("POST /v1/books")).toEqual({ rpc: "CreateBook" });
    expect(await received("POST /v1/books/b1:cancel")).toEqual({ rpc: "CancelBook", bookId: "b1" });
  });

  test("is refused where the method takes none", async () => {
    expect(await refused("DELETE /v1/books/b1", { body: {} })).toMatchObject({
      status: 400,
      fields: [""],
      messages: ["this method takes no request body"],
    });
  });

  test("may repeat a path variable, but not with another value", async () => {
    const body = { bookId: "b1", reason: "r" };
    expect(await received("POST /v1/books/b1:cancel", { body })).toMatchObject(body);
    expect(await refused("POST /v1/books/b2:cancel", { body })).toMatchObject({
      status: 400,
      fields: ["book_id"],
      messages: ["is given in the path with another value"],
    });
    expect(await refused("PATCH /v1/books/b2", { body: { book_id: "b1" } })).toMatchObject({
      fields: ["book.book_id"],
    });
    expect(await refused("PATCH /v1/books/b2", { body: "[]" })).toMatchObject({ fields: ["book"] });
  });

  test("int64 is exact as a string, and refused as a number beyond 2^53-1", async () => {
    expect(await create({ priceMinor: "9007199254740993" })).toMatchObject({
      priceMinor: "9007199254740993",
    });
    for (const literal of ["9007199254740993", "1e17", "1.5", '"1.5"', '""', '" 1"', '"0x10"']) {
      expect(await refusedCreate(`{"priceMinor":${literal}}`)).toMatchObject({
        fields: ["price_minor"],
      });
    }
  });

  test.each<[Brief["body"], string, string | RegExp]>([
    [{ title: 123456789 }, "title", /must be a string/],
    [{ nope: 123456789 }, "nope", "is not a known field"],
    [{ editor: { nope: "123456789" } }, "editor.nope", "is not a known field"],
    [{ readers: [{}, { age: "123456789x" }] }, "readers[1].age", "must be a 32-bit integer"],
    [{ labels: { a: 123456789 } }, 'labels["a"]', /must be a string/],
    [{ ranks: { "123456789x": {} } }, 'ranks["123456789x"]', "must be a 32-bit integer"],
    [{ ranks: { 1: { age: true } } }, 'ranks["1"].age', "must be a 32-bit integer"],
    [{ genre: "123456789" }, "genre", /one of the values/],
    [{ editor: "123456789" }, "editor", "must be a JSON object"],
    [{ authors: "123456789" }, "authors", "must be a JSON array"],
    [{ authors: ["a", null] }, "authors[1]", "must not be null"],
    [{ labels: ["123456789"] }, "labels", "must be a JSON object"],
    [{ publishTime: "123456789" }, "publish_time", /RFC 3339/],
    [{ publishTime: "2026-02-30T00:00:00Z" }, "publish_time", /RFC 3339/],
    [{ loan: "1s123456789" }, "loan", /duration/],
    [{ loan: "0.1234567890s" }, "loan", /duration/],
    [{ cover: "123456789!" }, "cover", "must be base64"],
    [{ weight: "123456789x" }, "weight", "must be a number"],
    ['{"weight":1e999}', "weight", "must be a number"],
    ['{"extra":{"a":1e999}}', "extra", /finite/],
    [{ extra: 123456789 }, "extra", "must be a JSON object"],
    [{ attachment: { "@type": "x/123456789" } }, "attachment", /known @type/],
    [{ lent: "true" }, "lent", "must be true or false"],
    [{ shelfCount: "123456789x" }, "shelf_count", /64-bit/],
    [{ shelf: "123456789", keeper: {} }, "keeper", /same oneof/],
    [{ title: "123456789", sequel: { shelf: "a", keeper: {} } }, "sequel.keeper", /same oneof/],
    [{ priceMinor: 1, price_minor: 123456789 }, "price_minor", "is given more than once"],
    ['{"title":"\\ud800"}', "title", /valid Unicode/],
    ['{"__proto__":{"title":"123456789"}}', "__proto__", "is not a known field"],
    ['{"editor":{"__proto__":{"age":1}}}', "editor.__proto__", "is not a known field"],
    ['["123456789"]', "", "the request body must be a JSON object"],
    ["null", "", "the request body must be a JSON object"],
    ['{"title":"123456789"', "", "the request body is not valid JSON"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "", "the request body is not valid UTF-8"],
  ])("%j is refused, and never echoed", async (body, field, message) => {
    const answer = await refusedCreate(body);
    expect(answer).toMatchObject({ status: 400, fields: [field] });
    expect(answer.messages[0]).toMatch(message);
    expect(answer.messages.join()).not.toContain("123456789");
    expect(JSON.parse(answer.text).detail).not.toContain("123456789");
  });

  test("names everything that is wrong, up to a bound", async () => {
    expect(await refusedCreate({ title: 1, authors: [2, 3], nope: 4 })).toMatchObject({
      fields: ["title", "authors[0]", "authors[1]", "nope"],
    });
    const many = await refusedCreate({ authors: Array.from({ length: 10_000 }, () => 1) });
    expect(many.fields).toHaveLength(16);
  });

  test("null is how JSON says not given", async () => {
    expect(
      await create({ title: null, editor: null, authors: null, shelf: null, keeper: {} }),
    ).toEqual({ rpc: "CreateBook", keeper: {} });
  });

  test("keys like __proto__ are harmless where any key may stand", async () => {
    await create('{"labels":{"__proto__":"x"},"extra":{"__proto__":{"polluted":true}}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const message = calls.at(-1)?.message as unknown as { labels: object };
    expect(Object.keys(message.labels)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(message.labels)).toBe(Object.prototype);
  });

  test("nesting is bounded before anything recursive sees it", async () => {
    const nested = (depth: number) =>
      `{"anything":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    await create(nested(100));
    for (const depth of [101, 500_000]) {
      expect(await refusedCreate(nested(depth))).toMatchObject({
        status: 400,
        messages: ["the request body is nested too deep"],
      });
    }
    await create(`{"title":"${"[{".repeat(200)}\\""}`);
  });

  test.each([
    ["text/plain", 415],
    ["application/jsonx", 415],
    ["application/json; charset=latin1", 415],
    ["application/json; q=1", 415],
    ["", 415],
    ["application/json", undefined],
    ["application/json; charset=utf-8", undefined],
    ['Application/JSON;charset="UTF-8"', undefined],
  ])("content type %j", async (type, status) => {
    const brief = { body: { title: "T" }, header: { "content-type": type } };
    if (status === undefined) {
      expect(await received("POST /v1/books", brief)).toMatchObject({ title: "T" });
    } else {
      expect(await refused("POST /v1/books", brief)).toMatchObject({ status });
    }
  });

  test("a compressed body is 415", async () => {
    expect(await refusedCreate({}, { "content-encoding": "gzip" })).toMatchObject({ status: 415 });
  });
});
