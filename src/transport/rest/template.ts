/**
 * One segment of a path template: a literal, `*` (one segment) or `**` (all that is left, also
 * nothing). Variables are taken apart: their segments stand here, their spans in `variables`.
 */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "single" }
  | { readonly kind: "deep" };

/** A variable of a template and the segments that it spans, `start` inclusive, `end` exclusive. */
export type Variable = {
  /** The names of the field path, `["book", "name"]` for `{book.name}`. */
  readonly fieldPath: readonly string[];
  readonly start: number;
  /** undefined: to the end of the path (`**`). */
  readonly end: number | undefined;
  /** More than one segment may match: then %2F stays as it is, to be told from a real slash. */
  readonly multiSegment: boolean;
};

/** A parsed path template of google.api.http. */
export type Template = {
  readonly segments: readonly Segment[];
  readonly variables: readonly Variable[];
  /** The custom verb without its colon; "" for none. */
  readonly verb: string;
};

const fieldPathPattern = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const literalPattern = /^[A-Za-z0-9\-_.~!$&'()+,;=@%]+$/;
const verbPattern = /^[A-Za-z0-9\-_.~]+$/;

/**
 * Parses a path template:
 *
 *     Template = "/" Segments [ ":" Verb ]
 *     Segments = Segment { "/" Segment }
 *     Segment  = "*" | "**" | Literal | "{" FieldPath [ "=" Segments ] "}"
 *
 * `**` may only be the last segment, variables do not nest, and "/" alone is the root.
 * Throws an Error that says what is wrong with the template.
 */
export function parseTemplate(text: string): Template {
  if (!text.startsWith("/")) {
    throw new Error(`path template "${text}" must start with a slash`);
  }
  const { path, verb } = splitVerb(text);
  const segments: Segment[] = [];
  const variables: Variable[] = [];
  for (const part of path === "/" ? [] : splitOutsideBraces(path.slice(1), text)) {
    if (part.startsWith("{") && part.endsWith("}")) {
      variables.push(parseVariable(part.slice(1, -1), segments, text));
    } else {
      segments.push(parseSegment(part, text));
    }
  }
  const deep = segments.findIndex((segment) => segment.kind === "deep");
  if (deep !== -1 && deep !== segments.length - 1) {
    throw new Error(`path template "${text}" has ** before its end`);
  }
  const names = variables.map((variable) => variable.fieldPath.join("."));
  if (new Set(names).size !== names.length) {
    throw new Error(`path template "${text}" names a variable twice`);
  }
  return { segments, variables, verb };
}

function splitVerb(text: string): { path: string; verb: string } {
  const colon = text.lastIndexOf(":");
  if (colon <= Math.max(text.lastIndexOf("/"), text.lastIndexOf("}"))) {
    return { path: text, verb: "" };
  }
  const verb = text.slice(colon + 1);
  if (!verbPattern.test(verb)) {
    throw new Error(`path template "${text}" has a custom verb that is not a word`);
  }
  return { path: text.slice(0, colon), verb };
}

function splitOutsideBraces(path: string, text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inside = false;
  for (let i = 0; i < path.length; i++) {
    const char = path[i];
    if (char === "{" || char === "}") {
      if (inside === (char === "{")) {
        throw new Error(`path template "${text}" has braces that do not pair`);
      }
      inside = char === "{";
    } else if (char === "/" && !inside) {
      parts.push(path.slice(start, i));
      start = i + 1;
    }
  }
  if (inside) {
    throw new Error(`path template "${text}" has braces that do not pair`);
  }
  parts.push(path.slice(start));
  return parts;
}

function parseVariable(inner: string, segments: Segment[], text: string): Variable {
  const equals = inner.indexOf("=");
  const name = equals === -1 ? inner : inner.slice(0, equals);
  if (!fieldPathPattern.test(name)) {
    throw new Error(`path template "${text}" has a variable that is not a field path`);
  }
  const start = segments.length;
  for (const part of equals === -1 ? ["*"] : inner.slice(equals + 1).split("/")) {
    segments.push(parseSegment(part, text));
  }
  const deep = segments[segments.length - 1]?.kind === "deep";
  return {
    fieldPath: name.split("."),
    start,
    end: deep ? undefined : segments.length,
    multiSegment: deep || segments.length - start > 1,
  };
}

function parseSegment(part: string, text: string): Segment {
  if (part === "*") {
    return { kind: "single" };
  }
  if (part === "**") {
    return { kind: "deep" };
  }
  if (!literalPattern.test(part)) {
    throw new Error(`path template "${text}" has a segment that is not a literal, * or **`);
  }
  return { kind: "literal", text: part };
}
