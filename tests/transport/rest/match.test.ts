import { createServiceImplSpec } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRoutes, RouteTable, TranscodingError } from "../../../src/transport/rest/index.ts";
import { library } from "./descriptors.ts";
import { restOf } from "./harness.ts";

const table = new RouteTable(compileRoutes([createServiceImplSpec(library(), {})]));

describe("RouteTable", () => {
  test.each([
    ["GET", "/v1/books/abc", "/v1/books/{book_id}"],
    ["GET", "/v1/books/featured", "/v1/books/featured"],
    ["GET", "/v1/books/%66eatured", "/v1/books/featured"],
    ["GET", "/v1/books/by-isbn/1", "/v1/books/by-isbn/{isbn}"],
    ["GET", "/v1/books", "/v1/books"],
    ["HEAD", "/v1/books", "/v1/books"],
    // A literal for another method does not hide a variable for this one.
    ["DELETE", "/v1/books/featured", "/v1/books/{book_id}"],
    ["POST", "/v1/books/abc:cancel", "/v1/books/{book_id}:cancel"],
    // Not a verb of ours: part of the id.
    ["GET", "/v1/books/abc:lend", "/v1/books/{book_id}"],
    ["GET", "/v1/books/abc:cancel", "/v1/books/{book_id}"],
    ["GET", "/v1/files/a/parts", "/v1/{name=files/*/parts/**}"],
    ["GET", "/v1/files/a/parts/b/c", "/v1/{name=files/*/parts/**}"],
  ])("%s %s is %s", (method, path, pattern) => {
    expect(table.match(method, path)?.route.pattern).toBe(pattern);
  });

  test.each([
    "/",
    "",
    "/v1",
    "/v1/",
    "/v1/books/",
    "/v1/books/a/b/c",
    "/v2/books",
    "*",
    "v1/books",
  ])("knows nothing of %j", (path) => {
    expect(table.match("GET", path)).toBeUndefined();
  });

  test("a known path with another method is 405 and says which it takes", () => {
    try {
      table.match("PUT", "/v1/books");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TranscodingError);
      expect(error).toMatchObject({ httpStatus: 405, allow: "GET, HEAD, POST" });
    }
  });

  test("never throws anything but a TranscodingError, on any path", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "v1",
        "books",
        "files",
        "parts",
        ":",
        "%",
        "%2F",
        "%zz",
        "..",
        "",
        "{a}",
        "*",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("/")}`);
    fc.assert(
      fc.property(fc.constantFrom("GET", "POST", "HEAD", "X"), path, (method, target) => {
        try {
          table.match(method, target);
        } catch (error) {
          expect(error).toBeInstanceOf(TranscodingError);
        }
      }),
    );
  });
});

describe("path variables", () => {
  const { received, refused } = restOf();

  test("a single segment is decoded in full", async () => {
    expect(await received("GET /v1/books/a%2Fb%20c%3Ad")).toEqual({
      rpc: "GetBook",
      bookId: "a/b c:d",
    });
  });

  test("several segments keep %2F, to be told from a slash", async () => {
    expect(await received("GET /v1/files/a%20b/parts/x%2Fy/%7Ez")).toEqual({
      rpc: "ReadFile",
      name: "files/a b/parts/x%2Fy/~z",
    });
  });

  test.each(["%", "%2", "%zz", "%FF", "%C3%28"])("%s is refused, naming the field", async (bad) => {
    expect(await refused(`GET /v1/books/${bad}`)).toMatchObject({
      status: 400,
      fields: ["book_id"],
      messages: ["is not valid percent-encoded UTF-8"],
    });
  });

  test("int64 and enums are exact, and checked", async () => {
    expect(await received("GET /v1/round/a/9007199254740993/POETRY")).toMatchObject({
      big: "9007199254740993",
      genre: "POETRY",
    });
    expect(await refused("GET /v1/round/a/9223372036854775808/x")).toMatchObject({
      fields: ["big", "genre"],
    });
  });
});
