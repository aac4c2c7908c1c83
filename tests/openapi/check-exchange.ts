import type { JsonValue } from "@bufbuild/protobuf";
import { checkRequest } from "./check-request.ts";
import { escaped, type Operation, operationFor } from "./document.ts";
import { type Exchange, pathOf } from "./exchange.ts";
import { faultAt } from "./validators.ts";

/** Where the document has a say: everything but pages, files and RPC. */
const DESCRIBED = /^\/(v1|webhooks|livez|readyz|openapi\.json)(\/|$)/;
/** How a request is written, at any path: the operation's `default`. */
const BY_DEFAULT: ReadonlySet<number> = new Set([405, 413, 414, 415, 431, 501]);

/** What about an exchange is not as the document says; null when all is. */
export function faultOfExchange(exchange: Exchange): string | null {
  const path = pathOf(exchange);
  if (!DESCRIBED.test(path)) return null;
  const operation = operationFor(exchange.method, path);
  if (operation === undefined) return undescribed(exchange);
  const fault = answerFault(operation, exchange) ?? requestFault(operation, exchange);
  return fault === null ? null : `${operation.name}, ${fault}`;
}

/** Nothing is there, so the answer says that. */
function undescribed(exchange: Exchange): string | null {
  const { method, status } = exchange;
  // A preflight, which CORS answers.
  if (method === "OPTIONS" && status === 204) return null;
  if (status < 400) {
    return `${method} ${pathOf(exchange).slice(0, 80)} answers ${status} and is not in the document`;
  }
  return bodyFault(exchange, "#/components/responses/Problem", ["application/problem+json"]);
}

function answerFault({ answers }: Operation, exchange: Exchange): string | null {
  const { status } = exchange;
  const answer =
    answers.get(String(status)) ??
    answers.get(`${String(status).charAt(0)}XX`) ??
    (BY_DEFAULT.has(status) ? answers.get("default") : undefined);
  if (answer === undefined) return `answered ${status}, which is not in the document`;
  return bodyFault(exchange, answer.pointer, Object.keys(answer.content));
}

function bodyFault(
  { method, status, answerHeaders, answerBody }: Exchange,
  pointer: string,
  types: readonly string[],
): string | null {
  const encoded = answerHeaders["content-encoding"] !== undefined;
  if (answerBody === null || method === "HEAD" || encoded) return null;
  const type = String(answerHeaders["content-type"] ?? "").split(";", 1)[0] ?? "";
  if (types.length === 0) {
    // Some processors expect a body of their own for an answer, which nobody describes.
    return null;
  }
  if (!types.includes(type)) return `answered ${status} with ${type}, not with ${types.join(", ")}`;
  const schema = `${pointer}/content/${escaped(type)}/schema`;
  if (type === "text/event-stream") return streamFault(answerBody.toString());
  const value: JsonValue =
    type === "text/plain" ? answerBody.toString() : JSON.parse(answerBody.toString());
  // Written to nobody: the caller has gone.
  if (status === 500 && (value as { code?: unknown }).code === "canceled") return null;
  const fault = faultAt(schema, value);
  return fault === null ? null : `answer ${status}: ${fault}`;
}

/** The events of a stream that have come whole. */
function streamFault(text: string): string | null {
  for (const event of text.split("\n\n").slice(0, -1)) {
    const lines = event.split("\n");
    const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
    if (data === undefined) continue;
    const schema = lines.includes("event: error") ? "Problem" : "Event";
    const fault = faultAt(`#/components/schemas/${schema}`, JSON.parse(data));
    if (fault !== null) return `event: ${fault}`;
  }
  return null;
}

/** What the service has taken must be what the document lets callers send. */
function requestFault(operation: Operation, exchange: Exchange): string | null {
  if (exchange.status >= 300) return null;
  const fault = checkRequest(operation, exchange);
  return fault === null ? null : `request that was taken: ${fault}`;
}
