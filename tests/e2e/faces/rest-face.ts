import { type DescMethod, getOption, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { http } from "../../../gen/google/api/annotations_pb.js";
import type { HttpRule } from "../../../gen/google/api/http_pb.js";
import type { Answer, Refusal } from "./answer.ts";
import { headersOf } from "./connect-face.ts";
import type { Face } from "./face.ts";

/** REST by `fetch`, its paths built from the contract's google.api.http options. */
export function restFace(baseUrl: string): Face {
  return {
    name: "REST",
    close: () => {},
    call: async (method, request, options): Promise<Answer> => {
      const { verb, path, body, responseBody } = restRequest(method, request);
      const response = await fetch(`${baseUrl}${path}`, {
        method: verb,
        headers: {
          ...headersOf(options),
          ...(body === null ? {} : { "content-type": "application/json" }),
          ...(options.timeoutMs === undefined
            ? {}
            : { "connect-timeout-ms": String(options.timeoutMs) }),
        },
        body: body === null ? null : JSON.stringify(body),
      });
      if (response.status !== 200) return readRefusal(response);
      const answered = (await response.json()) as JsonObject;
      return {
        ok: true,
        message: responseBody === "" ? answered : { [responseBody]: answered },
        replayed: response.headers.get("idempotency-replayed"),
      };
    },
  };
}

/** A problem+json answer. */
export async function readRefusal(response: Response): Promise<Refusal> {
  const problem = (await response.json()) as JsonObject;
  const { code, detail, reason, metadata, errors } = problem;
  return {
    ok: false,
    told: {
      code: String(code),
      message: String(detail),
      reason: String(reason),
      metadata: metadata as Record<string, string>,
      violations: errors as { field: string; message: string }[],
    },
    rest: { status: response.status, headers: response.headers, problem },
  };
}

export interface RestRequest {
  readonly verb: string;
  /** With the query. */
  readonly path: string;
  readonly body: JsonObject | null;
  /** The response field that is the body, in lowerCamelCase; "" for the whole response. */
  readonly responseBody: string;
}

/** A request (lowerCamelCase) by the first HTTP rule of its method whose path it can fill. */
export function restRequest(method: DescMethod, request: JsonObject): RestRequest {
  const rule = getOption(method, http);
  const { pattern, body, responseBody } =
    [rule, ...rule.additionalBindings].find((each) => fills(request, each)) ?? rule;
  if (typeof pattern.value !== "string") throw new Error(`${method.name} has no HTTP rule`);
  const rest = { ...request };
  const path = pattern.value.replaceAll(/\{(\w+)\}/g, (_variable, name: string) => {
    const jsonName = camelCase(name);
    const value = rest[jsonName];
    delete rest[jsonName];
    return encodeURIComponent(String(value));
  });
  const query = body === "*" ? "" : toQuery(rest);
  return {
    verb: String(pattern.case).toUpperCase(),
    path: query === "" ? path : `${path}?${query}`,
    body: body === "*" ? rest : null,
    responseBody: camelCase(responseBody),
  };
}

function fills(request: JsonObject, { pattern }: HttpRule): boolean {
  const variables = [...String(pattern.value).matchAll(/\{(\w+)\}/g)];
  return variables.every(([, name = ""]) => request[camelCase(name)] !== undefined);
}

function toQuery(fields: JsonObject): string {
  const pairs = Object.entries(fields).flatMap(([name, value]): [string, JsonValue][] =>
    Array.isArray(value) ? value.map((each) => [name, each]) : [[name, value]],
  );
  const query = new URLSearchParams();
  for (const [name, value] of pairs) query.append(name, String(value));
  return query.toString();
}

function camelCase(snake: string): string {
  return snake.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
