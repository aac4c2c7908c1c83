import type { DescField, DescService, JsonObject } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { type Binding, bindingsOf } from "./bindings.ts";
import type { Contract } from "./contract.ts";
import { EXAMPLES } from "./examples.ts";
import { refusals, statusesOf } from "./problems.ts";
import type { Schemas } from "./schemas.ts";
import type { Texts } from "./texts.ts";

/** What operations refer to. */
export interface OperationContext {
  readonly contract: Contract;
  readonly texts: Texts;
  readonly schemas: Schemas;
}

/** The path items of all bindings of these services, in the contract's order. */
export function contractPaths(
  services: readonly DescService[],
  context: OperationContext,
): JsonObject {
  const { contract } = context;
  const bindings = services
    .flatMap(({ methods }) => methods)
    .flatMap((method) => bindingsOf(contract, method));
  const paths: Record<string, JsonObject> = {};
  for (const binding of bindings) {
    const item = paths[binding.path] ?? {};
    paths[binding.path] = { ...item, [binding.httpMethod]: operation(binding, context) };
  }
  return paths;
}

function operation(binding: Binding, context: OperationContext): JsonObject {
  const { contract, texts } = context;
  const { method, operationId } = binding;
  const mutates = method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  const scope = contract.scope(method);
  const comment = texts.of(method);
  const rpc = `${method.parent.typeName}.${method.name}`;
  return {
    tags: [method.parent.name],
    operationId,
    summary: texts.summary(comment),
    description: `${comment}\n\nNeeds a key with the scope \`${scope}\`. The RPC is \`${rpc}\`.`,
    security: [{ apiKey: [scope] }],
    "x-required-scope": scope,
    ...listed("parameters", [
      ...binding.pathFields.map((field) => pathParameter(field, context)),
      ...binding.queryFields.map((field) => queryParameter(field, context)),
      ...headerParameters(binding, mutates),
    ]),
    ...requestBody(binding, context),
    responses: {
      "200": success(binding, mutates, context),
      ...refusals(statusesOf(binding, mutates)),
    },
  };
}

function pathParameter(field: DescField, { texts, schemas }: OperationContext): JsonObject {
  return {
    name: field.jsonName,
    in: "path",
    required: true,
    description: texts.of(field),
    // A segment that is empty belongs to another path.
    schema: { ...schemas.takenField(field), minLength: 1 },
  };
}

function queryParameter(field: DescField, { texts, schemas }: OperationContext): JsonObject {
  const { message, fieldKind } = field;
  const isPlain = message === undefined || message.typeName === "google.protobuf.Timestamp";
  if (!isPlain || fieldKind === "map") {
    throw new Error(`${field.parent.typeName}.${field.name} cannot be described in a query`);
  }
  return {
    name: field.jsonName,
    in: "query",
    ...(schemas.isRequired(field) ? { required: true } : {}),
    description: texts.of(field),
    schema: schemas.takenField(field),
  };
}

function headerParameters({ method }: Binding, mutates: boolean): readonly JsonObject[] {
  const refer = (name: string) => ({ $ref: `#/components/parameters/${name}` });
  return [
    ...(mutates ? [refer("IdempotencyKey")] : []),
    ...(method.methodKind === "server_streaming" ? [refer("LastEventId")] : []),
  ];
}

function requestBody(binding: Binding, { schemas }: OperationContext): JsonObject {
  const { method, body, pathFields, operationId } = binding;
  if (body === "none") return {};
  const schema =
    body === "request" ? schemas.request(method.input, pathFields) : schemas.takenField(body);
  const rest = method.input.fields.filter((field) => !pathFields.includes(field));
  const isRequired =
    body !== "request" ||
    rest.some((field) => schemas.isRequired(field)) ||
    hasChoice(schemas, schema);
  const examples = EXAMPLES[operationId];
  return {
    requestBody: {
      required: isRequired,
      content: { "application/json": { schema, ...(examples === undefined ? {} : { examples }) } },
    },
  };
}

/** Whether an empty object is refused because one of several fields must be there. */
function hasChoice(schemas: Schemas, { $ref }: JsonObject): boolean {
  const name = String($ref).split("/").at(-1) ?? "";
  const component = schemas.components()[name];
  return typeof component === "object" && component !== null && "oneOf" in component;
}

function success(binding: Binding, mutates: boolean, context: OperationContext): JsonObject {
  const { method, responseField } = binding;
  const { texts, schemas } = context;
  const headers = {
    "x-request-id": { $ref: "#/components/headers/RequestId" },
    ...(mutates
      ? { "idempotency-replayed": { $ref: "#/components/headers/IdempotencyReplayed" } }
      : {}),
  };
  if (method.methodKind === "server_streaming") {
    const description =
      "Server-sent events, without end. The data of each is one Event as JSON, its id is the event's id and its name the event's type. An event named `error` is the last one; its data is a Problem. Lines that are comments keep the connection open.";
    const schema = { type: "string", contentMediaType: "text/event-stream" };
    return { description, headers, content: { "text/event-stream": { schema } } };
  }
  const schema =
    responseField === null ? schemas.answer(method.output) : schemas.answeredField(responseField);
  const described = texts.of(responseField ?? method.output);
  return { description: described, headers, content: { "application/json": { schema } } };
}

function listed(name: string, list: readonly JsonObject[]): JsonObject {
  return list.length === 0 ? {} : { [name]: [...list] };
}
