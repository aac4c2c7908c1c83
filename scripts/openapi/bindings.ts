import type { DescField, DescMethod } from "@bufbuild/protobuf";
import { resolveFieldPath } from "../../src/transport/rest/fields.ts";
import { parseTemplate } from "../../src/transport/rest/template.ts";
import type { Contract } from "./contract.ts";

/** One REST way to a method. */
export interface Binding {
  readonly method: DescMethod;
  /** In lower case, as a path item of the document has it. */
  readonly httpMethod: string;
  /** With the names of JSON in braces. */
  readonly path: string;
  /** Fields of the request that are in the path. */
  readonly pathFields: readonly DescField[];
  /** Fields that are parameters of the query; none where the body is the whole request. */
  readonly queryFields: readonly DescField[];
  /** "request" for the whole of it without what is in the path, a field, or nothing. */
  readonly body: "none" | "request" | DescField;
  /** The field of the response that is the body; null for the whole response. */
  readonly responseField: DescField | null;
  /** Unique over the document. */
  readonly operationId: string;
}

/**
 * The bindings of a method, read as src/transport/rest reads them. Throws for what it could serve and
 * this cannot describe: nested fields or several segments in a path, and custom methods.
 */
export function bindingsOf(contract: Contract, method: DescMethod): readonly Binding[] {
  const rules = contract.http(method);
  const bindings = rules.map((rule, index): Binding => {
    const { pattern } = rule;
    if (pattern.case === undefined || pattern.case === "custom") throw fault(method, "the pattern");
    const pathFields: DescField[] = [];
    const { segments, variables, verb } = parseTemplate(pattern.value);
    const parts = segments.map((segment, at) => {
      if (segment.kind === "literal") return segment.text;
      const variable = variables.find(({ start }) => start === at);
      const path = variable && resolveFieldPath(method.input, variable.fieldPath);
      if (variable?.multiSegment !== false || path?.length !== 1) throw fault(method, "the path");
      pathFields.push(path[0]);
      return `{${path[0].jsonName}}`;
    });
    const excluded = excludedBy(contract, method, pathFields);
    const rest = method.input.fields.filter(
      (field) => !pathFields.includes(field) && !excluded.has(field.name),
    );
    const bodyField = method.input.fields.find(({ name }) => name === rule.body);
    const body = rule.body === "*" ? "request" : (bodyField ?? "none");
    return {
      method,
      httpMethod: pattern.case,
      path: `/${parts.join("/")}${verb === "" ? "" : `:${verb}`}`,
      pathFields,
      queryFields: body === "request" ? [] : rest.filter((field) => field !== body),
      body,
      responseField: method.output.fields.find(({ name }) => name === rule.responseBody) ?? null,
      operationId: operationId(method, index === 0 ? [] : pathFields),
    };
  });
  if (bindings.filter(({ body }) => body === "request").length > 1) {
    throw fault(method, "a second binding with a body");
  }
  return bindings;
}

/** Of fields of which one at most may be given, those that the path leaves no room for. */
function excludedBy(
  contract: Contract,
  { input }: DescMethod,
  pathFields: readonly DescField[],
): ReadonlySet<string> {
  const groups = contract.messageRules(input)?.oneof ?? [];
  return new Set(
    groups
      .filter(({ fields }) => pathFields.some(({ name }) => fields.includes(name)))
      .flatMap(({ fields }) => fields),
  );
}

/** Such as PayoutService.Get, and PayoutService.GetByMerchantPayoutId for a second way. */
function operationId({ parent, name }: DescMethod, by: readonly DescField[]): string {
  const way = by.map(({ jsonName }) => jsonName.charAt(0).toUpperCase() + jsonName.slice(1));
  return `${parent.name}.${name}${way.length === 0 ? "" : `By${way.join("And")}`}`;
}

function fault({ parent, name }: DescMethod, what: string): Error {
  return new Error(`${what} of ${parent.typeName}.${name} cannot be described in OpenAPI`);
}
