import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { decodeForm } from "./form.ts";
import { exactFirst, type PathTemplate, pathTemplate } from "./path-template.ts";
import {
  type Direction,
  documentUri,
  isObject,
  toJsonSchema,
  toSchemaDocument,
} from "./schema-dialect.ts";
import { readPublishedDocument } from "./specs-folder.ts";
import type { Violation } from "./violation.ts";
import { contentFor, isForm, parseBody } from "./wire-body.ts";

type Json = Record<string, unknown>;

/** One call as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Without query, with the prefix of the API. */
  readonly path: string;
  /** With or without its question mark; "" for none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly raw: Buffer;
}

export interface WireReply {
  readonly status: number;
  readonly contentType?: string | undefined;
  readonly raw: Buffer;
}

/** An operation of the document. */
export interface Operation {
  /** "POST /v1/transfers/{id}/reversals", without the prefix. */
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly definition: Json;
  readonly shared: Json;
}

interface Known {
  readonly path: PathTemplate;
  readonly template: string;
  readonly item: Json;
}

const loaded = new Map<string, PublishedApi>();

/**
 * One published OpenAPI document (3.0 or 3.1), to check calls with. Validators are made when they are
 * first needed and kept. Violations name places and rules, never values: bodies hold bank details.
 */
export class PublishedApi {
  readonly name: string;
  readonly #document: Json;
  readonly #prefix: string;
  readonly #paths: readonly Known[];
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = new Map<string, Ajv2020>();

  constructor(name: string, document: unknown, prefix = "") {
    this.name = name;
    this.#document = isObject(document) ? document : {};
    this.#prefix = prefix;
    const paths = isObject(this.#document["paths"]) ? this.#document["paths"] : {};
    this.#paths = Object.entries(paths)
      .map(([template, item]) => ({ template, path: pathTemplate(template), item: item as Json }))
      .sort(exactFirst);
  }

  /**
   * The document `<name>.json` of the specs folder, or undefined where the folder is missing. The
   * prefix is what the fake serves before the document's paths, such as "/btl/v4". Loaded once a
   * process, since making validators takes longer than most tests.
   */
  static load(name: string, prefix = ""): PublishedApi | undefined {
    const key = `${prefix} ${name}`;
    const known = loaded.get(key);
    if (known) return known;
    const document = readPublishedDocument(name);
    if (document === undefined) return undefined;
    const api = new PublishedApi(name, document, prefix);
    loaded.set(key, api);
    return api;
  }

  /** Every operation's name, for tests that go through all. */
  operationNames(): string[] {
    return this.#paths.flatMap(({ template, item }) =>
      ["get", "post", "put", "patch", "delete"]
        .filter((method) => isObject(item[method]))
        .map((method) => `${method.toUpperCase()} ${template}`),
    );
  }

  find(method: string, path: string): Operation | undefined {
    if (!path.startsWith(this.#prefix)) return undefined;
    const rest = path.slice(this.#prefix.length) || "/";
    for (const known of this.#paths) {
      const definition = known.item[method.toLowerCase()];
      const params = known.path.match(rest);
      if (params && isObject(definition)) {
        const name = `${method.toUpperCase()} ${known.template}`;
        return { name, params, definition, shared: known.item };
      }
    }
    return undefined;
  }

  checkRequest(operation: Operation, request: WireRequest): Violation[] {
    return [
      ...this.#checkParameters(operation, request),
      ...this.#checkRequestBody(operation, request),
    ];
  }

  checkReply(operation: Operation, reply: WireReply): Violation[] {
    const base = { side: "reply", operation: operation.name } as const;
    const responses = operation.definition["responses"] as Json;
    const range = `${Math.floor(reply.status / 100)}XX`;
    const response = this.#resolve(
      responses[String(reply.status)] ?? responses[range] ?? responses["default"],
    );
    if (!response) {
      return [{ ...base, in: "status", pointer: "", rule: "unknown", message: `${reply.status}` }];
    }
    const contents = isObject(response["content"]) ? response["content"] : {};
    if (reply.raw.length === 0) {
      if (Object.keys(contents).length === 0) return [];
      return [
        { ...base, in: "body", pointer: "", rule: "missing", message: "a body is documented" },
      ];
    }
    const content = contentFor(contents, reply.contentType);
    if (!content) return [unknownContent(base, reply.contentType)];
    const key = `${operation.name} ${reply.status} ${content.type}`;
    return this.#checkBody(base, key, content.schema, parseBody(content.type, reply.raw), "reply");
  }

  /** A webhook's body against the document's `webhooks` entry. */
  checkWebhook(name: string, body: unknown): Violation[] {
    const hooks = isObject(this.#document["webhooks"]) ? this.#document["webhooks"] : {};
    const hook = this.#resolve(hooks[name]);
    const post = isObject(hook?.["post"]) ? this.#resolve(hook["post"]["requestBody"]) : undefined;
    const base = { side: "webhook", operation: name } as const;
    const contents = isObject(post?.["content"]) ? post["content"] : {};
    const content = contentFor(contents, "application/json");
    if (!content) {
      return [
        { ...base, in: "operation", pointer: "", rule: "unknown", message: "no such webhook" },
      ];
    }
    return this.#checkBody(base, `webhook ${name}`, content.schema, { value: body }, "reply");
  }

  /** Any value against a component schema, such as an object inside a webhook. */
  checkSchema(name: string, value: unknown): Violation[] {
    const schema = { $ref: `#/components/schemas/${name}` };
    const base = { side: "webhook", operation: name } as const;
    return this.#checkBody(base, `schema ${name}`, schema, { value }, "reply");
  }

  #checkRequestBody(operation: Operation, request: WireRequest): Violation[] {
    const base = { side: "request", operation: operation.name } as const;
    const declared = this.#resolve(operation.definition["requestBody"]);
    if (request.raw.length === 0) {
      if (declared?.["required"] !== true) return [];
      return [{ ...base, in: "body", pointer: "", rule: "missing", message: "a body is required" }];
    }
    const header = request.headers["content-type"];
    const type = Array.isArray(header) ? header[0] : header;
    const contents = isObject(declared?.["content"]) ? declared["content"] : {};
    const content = contentFor(contents, type);
    if (!content) return [unknownContent(base, type)];
    const key = `${operation.name} ${content.type}`;
    const direction = isForm(content.type) ? "form" : "request";
    return this.#checkBody(
      base,
      key,
      content.schema,
      parseBody(content.type, request.raw),
      direction,
    );
  }

  #checkParameters(operation: Operation, request: WireRequest): Violation[] {
    const declared = [operation.shared["parameters"], operation.definition["parameters"]]
      .flatMap((list) => (Array.isArray(list) ? list : []))
      .map((each) => this.#resolve(each) ?? {});
    const found: Violation[] = [];
    for (const place of ["path", "query", "header"] as const) {
      const here = declared.filter((each) => each["in"] === place);
      const properties: Json = {};
      const values: Json = {};
      for (const each of here) {
        const name = place === "header" ? String(each["name"]).toLowerCase() : String(each["name"]);
        properties[name] = each["schema"] ?? true;
        const value = this.#valueOf(each, name, operation, request);
        if (value !== undefined) values[name] = value;
      }
      if (place === "query") addUndeclared(values, properties, request.query);
      const required = here.filter((each) => each["required"] === true);
      const schema = {
        type: "object",
        properties,
        required: required.map((each) =>
          place === "header" ? String(each["name"]).toLowerCase() : String(each["name"]),
        ),
        additionalProperties: false,
      };
      const base = { side: "request", operation: operation.name } as const;
      const key = `${operation.name} ${place}`;
      found.push(...this.#checkBody(base, key, schema, { value: values }, "form", place));
    }
    return found;
  }

  #valueOf(parameter: Json, name: string, operation: Operation, request: WireRequest): unknown {
    if (parameter["in"] === "path") return operation.params[name];
    if (parameter["in"] === "header") return request.headers[name];
    const nested = decodeForm(request.query.replace(/^\?/, ""))[name];
    const schema = this.#resolve(parameter["schema"]);
    if (schema?.["type"] !== "array" || typeof nested !== "string") return nested;
    return parameter["explode"] === false ? nested.split(",") : [nested];
  }

  #checkBody(
    base: Pick<Violation, "side" | "operation">,
    key: string,
    schema: unknown,
    body: { value: unknown } | undefined,
    mode: Direction | "form",
    place: Violation["in"] = "body",
  ): Violation[] {
    if (!body) {
      return [{ ...base, in: place, pointer: "", rule: "unparseable", message: "cannot be read" }];
    }
    const validate = this.#validator(`${mode} ${key}`, schema, mode);
    // The validator writes converted values back; the caller's object stays as it came.
    if (validate(structuredClone(body.value))) return [];
    return (validate.errors ?? []).map((error) => toViolation(base, place, error));
  }

  #validator(key: string, schema: unknown, mode: Direction | "form"): ValidateFunction {
    const known = this.#validators.get(key);
    if (known) return known;
    const direction = mode === "reply" ? "reply" : "request";
    const made = this.#ajvFor(mode).compile(toJsonSchema(schema, direction) as object);
    this.#validators.set(key, made);
    return made;
  }

  #ajvFor(mode: Direction | "form"): Ajv2020 {
    const known = this.#ajv.get(mode);
    if (known) return known;
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      validateSchema: false,
      // Published patterns are written for many languages; not all are valid in unicode mode.
      unicodeRegExp: false,
      logger: false,
      // In forms, queries and paths everything is text.
      coerceTypes: mode === "form",
    });
    addFormats.default(ajv);
    const direction = mode === "reply" ? "reply" : "request";
    ajv.addSchema(toSchemaDocument(this.#document, direction), documentUri);
    this.#ajv.set(mode, ajv);
    return ajv;
  }

  /** Follows references inside the document; undefined where there is nothing. */
  #resolve(value: unknown): Json | undefined {
    let at = value;
    for (let hops = 0; hops < 8 && isObject(at) && typeof at["$ref"] === "string"; hops += 1) {
      const parts = at["$ref"].replace(/^#\//, "").split("/");
      at = parts.reduce<unknown>(
        (node, part) =>
          isObject(node) ? node[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined,
        this.#document,
      );
    }
    return isObject(at) ? at : undefined;
  }
}

function addUndeclared(values: Json, properties: Json, query: string): void {
  for (const [name, value] of Object.entries(decodeForm(query.replace(/^\?/, "")))) {
    if (!Object.hasOwn(properties, name)) values[name] = value;
  }
}

function unknownContent(
  base: Pick<Violation, "side" | "operation">,
  type: string | undefined,
): Violation {
  const message = `not documented: ${(type ?? "none").split(";")[0]}`;
  return { ...base, in: "content-type", pointer: "", rule: "unknown", message };
}

function toViolation(
  base: Pick<Violation, "side" | "operation">,
  place: Violation["in"],
  error: ErrorObject,
): Violation {
  const extra = error.params["additionalProperty"] ?? error.params["missingProperty"];
  const pointer = typeof extra === "string" ? `${error.instancePath}/${extra}` : error.instancePath;
  const forbidden = error.keyword === "false schema";
  return {
    ...base,
    in: place,
    pointer,
    rule: forbidden ? "readOnly" : error.keyword,
    message: forbidden ? "does not travel this way" : (error.message ?? "is not valid"),
  };
}
