import type { DescField, DescMethod } from "@bufbuild/protobuf";
import { getOption, hasOption } from "@bufbuild/protobuf";
import type { MethodImplSpec, ServiceImplSpec } from "@connectrpc/connect";
import { http } from "../../../gen/google/api/annotations_pb.js";
import type { HttpRule } from "../../../gen/google/api/http_pb.js";
import { type FieldPath, protoPath, resolveFieldPath } from "./fields.ts";
import { parseTemplate, type Template, type Variable } from "./template.ts";

/** A variable of a path template, bound to the request field that it fills. */
export type BoundVariable = { readonly span: Variable; readonly path: FieldPath };

/** Where the request body goes: nowhere, into the whole request message, or into one field. */
export type BodyBinding = "none" | "all" | DescField;

/** One google.api.http binding, ready to serve. */
export type Route = {
  /** The HTTP method, or "*" for any (a custom pattern). */
  readonly httpMethod: string;
  /** The path template as written, for logs and metrics: it holds nothing of the caller's. */
  readonly pattern: string;
  readonly template: Template;
  readonly spec: MethodImplSpec;
  readonly variables: readonly BoundVariable[];
  readonly body: BodyBinding;
  /** The response field that is the HTTP body; undefined: the whole response. */
  readonly responseField: DescField | undefined;
};

/**
 * Reads the google.api.http rules of all methods of the services, additional bindings included.
 * Methods without a rule are left out. Throws an Error that names the RPC when a rule cannot be
 * served: a template that does not parse, a field that is not there or cannot be used, a method
 * that takes a stream.
 */
export function compileRoutes(services: readonly ServiceImplSpec[]): Route[] {
  return services.flatMap(({ service, methods }) =>
    service.methods.flatMap((method) => {
      const spec = methods[method.localName];
      if (spec === undefined || !hasOption(method, http)) {
        return [];
      }
      return compileMethod(method, spec);
    }),
  );
}

/** The name of an RPC, as errors at start spell it. */
export function rpcName(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}

function compileMethod(method: DescMethod, spec: MethodImplSpec): Route[] {
  try {
    if (method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming") {
      throw new Error("a method that takes a stream cannot have a REST binding");
    }
    const rule = getOption(method, http);
    if (rule.additionalBindings.some((extra) => extra.additionalBindings.length > 0)) {
      throw new Error("additional_bindings must not nest");
    }
    return [rule, ...rule.additionalBindings].map((binding) => compileBinding(binding, spec));
  } catch (error) {
    throw new Error(`google.api.http of ${rpcName(method)}: ${(error as Error).message}`);
  }
}

function compileBinding(rule: HttpRule, spec: MethodImplSpec): Route {
  const { httpMethod, pattern } = readPattern(rule);
  if (httpMethod === "HEAD") {
    throw new Error("HEAD is served by the binding of GET");
  }
  const template = parseTemplate(pattern);
  const variables = template.variables.map((span) => ({
    span,
    path: bindVariable(span, spec.method),
  }));
  const body = bindBody(rule.body, spec.method);
  if (body !== "none" && httpMethod === "GET") {
    throw new Error(`${httpMethod} cannot have a body`);
  }
  for (const { path } of variables) {
    if (typeof body === "object" && path[0] === body && path.length === 1) {
      throw new Error(`field ${body.name} is both the body and a path variable`);
    }
  }
  const responseField =
    rule.responseBody === ""
      ? undefined
      : spec.method.output.fields.find((field) => field.name === rule.responseBody);
  if (rule.responseBody !== "" && responseField === undefined) {
    throw new Error(`response_body names ${rule.responseBody}, which is not a response field`);
  }
  return { httpMethod, pattern, template, spec, variables, body, responseField };
}

function readPattern(rule: HttpRule): { httpMethod: string; pattern: string } {
  const { case: kind, value } = rule.pattern;
  if (kind === undefined) {
    throw new Error("the rule has no path");
  }
  return kind === "custom"
    ? { httpMethod: value.kind, pattern: value.path }
    : { httpMethod: kind.toUpperCase(), pattern: value };
}

function bindVariable(variable: Variable, method: DescMethod): FieldPath {
  const name = variable.fieldPath.join(".");
  const path = resolveFieldPath(method.input, variable.fieldPath);
  if (path === undefined || protoPath(path) !== name) {
    throw new Error(`the path names ${name}, which is not a request field`);
  }
  const leaf = path[path.length - 1];
  if (leaf?.fieldKind !== "scalar" && leaf?.fieldKind !== "enum") {
    throw new Error(`the path names ${name}, which is not a singular scalar or enum field`);
  }
  return path;
}

function bindBody(name: string, method: DescMethod): BodyBinding {
  if (name === "") {
    return "none";
  }
  if (name === "*") {
    return "all";
  }
  const field = method.input.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    throw new Error(`body names ${name}, which is not a request field`);
  }
  return field;
}
