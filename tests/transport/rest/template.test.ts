import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../../src/transport/rest/template.ts";

describe("parseTemplate", () => {
  test("takes literals, wildcards, variables and a verb apart", () => {
    expect(parseTemplate("/v1/{a.b}/*/{name=files/*/**}:do-it")).toEqual({
      segments: [
        { kind: "literal", text: "v1" },
        { kind: "single" },
        { kind: "single" },
        { kind: "literal", text: "files" },
        { kind: "single" },
        { kind: "deep" },
      ],
      variables: [
        { fieldPath: ["a", "b"], start: 1, end: 2, multiSegment: false },
        { fieldPath: ["name"], start: 3, end: undefined, multiSegment: true },
      ],
      verb: "do-it",
    });
  });

  test("knows the root, and a verb after a variable with a pattern", () => {
    expect(parseTemplate("/").segments).toEqual([]);
    expect(parseTemplate("/{name=shelves/*}:move").verb).toBe("move");
    expect(parseTemplate("/{name=shelves/*}").variables[0]?.multiSegment).toBe(true);
  });

  test.each([
    "v1/books",
    "",
    "/v1//books",
    "/v1/",
    "/v1/{a",
    "/v1/a}",
    "/v1/{a={b}}",
    "/v1/{}",
    "/v1/{a-b}",
    "/v1/{a=}",
    "/v1/**/books",
    "/v1/{a=**}/books",
    "/v1/{a}/{a}",
    "/v1/{a}x",
    "/v1/books:",
    "/v1/bo*ks",
    "/v1/a:b/c",
  ])("refuses %s", (template) => {
    expect(() => parseTemplate(template)).toThrow(/path template/);
  });
});
