import type { JsonObject } from "@bufbuild/protobuf";
import type { BoundVariable } from "./compile.ts";
import { invalidField } from "./errors.ts";
import { protoPath } from "./fields.ts";
import { getField, parentOf, setField } from "./json-tree.ts";
import type { Match } from "./match.ts";
import { percentDecode, percentDecodeKeepingSlashes } from "./percent.ts";
import { reasons } from "./reasons.ts";
import { sameValue } from "./same-value.ts";
import { textToJson } from "./text-value.ts";

/**
 * Puts the variables of the path into the JSON tree of the request. Throws a TranscodingError
 * that names the field when a segment is not valid percent-encoding, or when the body gives the
 * field another value.
 */
export function readPathVariables(match: Match, tree: JsonObject): void {
  for (const variable of match.route.variables) {
    const name = protoPath(variable.path);
    const text = capture(match, variable);
    if (text === undefined) {
      throw invalidField(name, reasons.percentEncoding);
    }
    const field = variable.path[variable.path.length - 1] ?? variable.path[0];
    const value = textToJson(field, text);
    const parent = parentOf(tree, variable.path);
    const given = getField(parent, field);
    if (given !== undefined && !sameValue(field, given, value)) {
      throw invalidField(name, reasons.givenInPath);
    }
    setField(parent, field, value);
  }
}

function capture({ segments }: Match, { span }: BoundVariable): string | undefined {
  const raw = segments.slice(span.start, span.end).join("/");
  return span.multiSegment ? percentDecodeKeepingSlashes(raw) : percentDecode(raw);
}
