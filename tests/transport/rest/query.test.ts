import { describe, expect, test } from "vitest";
import { restOf } from "./harness.ts";

const { received, refused } = restOf();
const list = (query: string) => received(`GET /v1/books?${query}`);
const refusedList = (query: string) => refused(`GET /v1/books?${query}`);

describe("query parameters", () => {
  test.each([
    ["filter.pageSize=5", { filter: { pageSize: 5 } }],
    [
      "filter.page_size=5&filter.inner.page_size=6",
      { filter: { pageSize: 5, inner: { pageSize: 6 } } },
    ],
    ["status=NOVEL&status=2", { status: ["NOVEL", "POETRY"] }],
    ["filter.genres=NOVEL&filter.genres=NOVEL", { filter: { genres: ["NOVEL", "NOVEL"] } }],
    ["createTimeFrom=2026-01-31T12:00:00%2B01:00", { createTimeFrom: "2026-01-31T11:00:00Z" }],
    ["create_time_from=2026-01-31T12:00:00.5Z", { createTimeFrom: "2026-01-31T12:00:00.500Z" }],
    ["min_price=9007199254740993", { minPrice: "9007199254740993" }],
    ["minPrice=-9223372036854775808", { minPrice: "-9223372036854775808" }],
    ["lent=false", { lent: false }],
    ["title=a+b%2Bc&title=", { title: ["a b+c", ""] }],
    ["&title=x&", { title: ["x"] }],
    ["author=%C3%A9", { author: "é" }],
    ["", {}],
  ])("%s", async (query, expected) => {
    expect(await list(query)).toEqual({ rpc: "ListBooks", ...expected });
  });

  test("a field mask may be in snake_case too", async () => {
    const line = "PATCH /v1/books/b1?update_mask=title,price_minor,editor.givenName";
    expect(await received(line, { body: { title: "T" } })).toEqual({
      rpc: "UpdateBook",
      book: { bookId: "b1", title: "T" },
      updateMask: "title,priceMinor,editor.givenName",
    });
  });

  test.each([
    ["nope=1", "nope", "is not a known query parameter"],
    ["filter.nope=1", "filter.nope", "is not a known query parameter"],
    ["__proto__=1", "__proto__", "is not a known query parameter"],
    ["filter.__proto__.x=1", "filter.__proto__.x", "is not a known query parameter"],
    ["constructor=1", "constructor", "is not a known query parameter"],
    ["create_time_from.seconds=1", "create_time_from.seconds", "is not a known query parameter"],
    ["filter=x", "filter", "is a message: give its fields, separated by dots"],
    ["people=x", "people", "cannot be given in a query"],
    ["people.age=1", "people.age", "is not a known query parameter"],
    ["labels=x", "labels", "cannot be given in a query"],
    ["labels.a=x", "labels.a", "is not a known query parameter"],
    ["extra=x", "extra", "cannot be given in a query"],
    ["min_price=1&minPrice=1", "min_price", "is given more than once"],
    ["min_price=1.5", "min_price", /64-bit integer/],
    ["min_price=1e3", "min_price", /64-bit integer/],
    ["min_price=", "min_price", /64-bit integer/],
    ["min_price=0x10", "min_price", /64-bit integer/],
    ["min_price=9223372036854775808", "min_price", /64-bit integer/],
    ["filter.page_size=2147483648", "filter.page_size", "must be a 32-bit integer"],
    ["status=SATIRE", "status[0]", "must be one of the values of its enum"],
    ["lent=1", "lent", "must be true or false"],
    ["create_time_from=2026-02-30T00:00:00Z", "create_time_from", /RFC 3339/],
    ["title=%zz", "title", "is not valid percent-encoded UTF-8"],
    ["%zz=1", "", "is not valid percent-encoded UTF-8"],
    ["author=a&editor=b", "editor", "another member of the same oneof is given"],
  ])("%s is refused", async (query, field, message) => {
    const answer = await refusedList(query);
    expect(answer).toMatchObject({ status: 400, fields: [field] });
    expect(answer.messages[0]).toMatch(message);
  });

  test("bounds: how many, and how deep", async () => {
    expect(await refusedList("title=a&".repeat(300))).toMatchObject({
      messages: ["there are too many query parameters"],
    });
    const deep = `filter${".inner".repeat(120)}.page_size=1`;
    expect(await refusedList(deep)).toMatchObject({ messages: ["is nested too deep"] });
  });

  test("what is in the path may be said again, but not otherwise", async () => {
    expect(await received("GET /v1/books/b1?bookId=b1&isbn=2")).toMatchObject({ isbn: "2" });
    expect(await refused("GET /v1/books/b1?book_id=b2")).toMatchObject({
      status: 400,
      fields: ["book_id"],
      messages: ["is given in the path with another value"],
    });
  });

  test("what is in the body is not in the query", async () => {
    expect(await refused("POST /v1/books?title=x", { body: {} })).toMatchObject({
      fields: ["title"],
      messages: ["must be in the request body; this method takes no query parameters"],
    });
    expect(await refused("PUT /v1/books/b1/tags?tags=x")).toMatchObject({
      fields: ["tags"],
      messages: ["belongs in the request body"],
    });
  });
});
