import {
  clone,
  create,
  createFileRegistry,
  type MessageInitShape,
  setExtension,
} from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  MethodOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { createServiceImplSpec, type ServiceImplSpec } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { http } from "../../../gen/google/api/annotations_pb.js";
import { HttpRuleSchema } from "../../../gen/google/api/http_pb.js";
import { compileRoutes, RouteTable } from "../../../src/transport/rest/index.ts";
import { library, registry } from "./descriptors.ts";

type Rule = MessageInitShape<typeof HttpRuleSchema>;

/** LibraryService with other rules, and none for the methods that are not named. */
function withRules(rules: Record<string, Rule>): ServiceImplSpec[] {
  const files = [...registry.files].map((file) => clone(FileDescriptorProtoSchema, file.proto));
  for (const method of files.flatMap((file) => file.service).flatMap((s) => s.method)) {
    const rule = rules[method.name];
    method.options = undefined;
    if (rule !== undefined) {
      method.options = create(MethodOptionsSchema);
      setExtension(method.options, http, create(HttpRuleSchema, rule));
    }
  }
  const set = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
  const service = set.getService("example.v1.LibraryService");
  if (service === undefined) {
    throw new Error("no service");
  }
  return [createServiceImplSpec(service, {})];
}

const get = (path: string, more: Rule = {}): Rule => ({
  ...more,
  pattern: { case: "get", value: path },
});
const post = (path: string, more: Rule = {}): Rule => ({
  ...more,
  pattern: { case: "post", value: path },
});

describe("compileRoutes", () => {
  test("reads every binding of every method that has a rule", () => {
    const routes = compileRoutes([createServiceImplSpec(library(), {})]);
    expect(routes.map((r) => `${r.httpMethod} ${r.pattern} ${r.spec.method.name}`)).toContain(
      "GET /v1/books/by-isbn/{isbn} GetBook",
    );
    expect(routes).toHaveLength(12);
    expect(routes.some((route) => route.spec.method.name === "Silent")).toBe(false);
  });

  test.each<[string, Record<string, Rule>, RegExp]>([
    ["a bad template", { GetBook: get("/v1//x") }, /LibraryService\.GetBook: path template/],
    ["no path", { GetBook: {} }, /GetBook: the rule has no path/],
    ["an unknown variable", { GetBook: get("/v1/{nope}") }, /GetBook: the path names nope/],
    ["a JSON name", { GetBook: get("/v1/{bookId}") }, /GetBook: the path names bookId/],
    ["a message variable", { CreateBook: get("/v1/{editor}") }, /editor, which is not a singular/],
    ["a repeated variable", { CreateBook: get("/v1/{authors}") }, /authors, which is not a/],
    ["a way through a list", { CreateBook: get("/v1/{readers.age}") }, /names readers.age/],
    ["an unknown body", { CreateBook: post("/v1", { body: "nope" }) }, /CreateBook: body names/],
    ["a body of GET", { GetBook: get("/v1", { body: "*" }) }, /GetBook: GET cannot have a body/],
    [
      "a body that is in the path",
      { SetTags: post("/v1/{book_id}", { body: "book_id" }) },
      /both the body and a path variable/,
    ],
    [
      "an unknown response_body",
      { GetBook: get("/v1", { responseBody: "nope" }) },
      /GetBook: response_body names nope/,
    ],
    [
      "nested additional bindings",
      {
        GetBook: get("/v1", {
          additionalBindings: [get("/v2", { additionalBindings: [get("/v3")] })],
        }),
      },
      /GetBook: additional_bindings must not nest/,
    ],
  ])("refuses %s, naming the RPC", (_, rules, message) => {
    expect(() => compileRoutes(withRules(rules))).toThrow(message);
  });

  test("refuses two bindings that take the same requests, naming both RPCs", () => {
    const routes = compileRoutes(
      withRules({ GetBook: get("/v1/{book_id}/x"), DeleteBook: get("/v1/{isbn=*}/x") }),
    );
    expect(() => new RouteTable(routes)).toThrow(/LibraryService\.GetBook/);
    expect(() => new RouteTable(routes)).toThrow(/LibraryService\.DeleteBook/);
  });

  test("takes custom methods, and * for any", () => {
    const table = new RouteTable(
      compileRoutes(
        withRules({
          GetBook: { pattern: { case: "custom", value: { kind: "PURGE", path: "/v1/a" } } },
          DeleteBook: { pattern: { case: "custom", value: { kind: "*", path: "/v1/b" } } },
        }),
      ),
    );
    expect(table.match("PURGE", "/v1/a")?.route.spec.method.name).toBe("GetBook");
    expect(table.match("PATCH", "/v1/b")?.route.spec.method.name).toBe("DeleteBook");
  });
});
