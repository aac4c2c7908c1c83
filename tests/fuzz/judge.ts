import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { catalogueEntry, ERROR_CATALOGUE, type ErrorReason } from "../../src/domain/errors.ts";
import type { Answer, HttpAnswer } from "./answer.ts";
import type { CallInput, Input } from "./input.ts";
import { HIDDEN } from "./secrets.ts";

/** How a call ended, for those who count. */
export interface Verdict {
  /** What breaks the law; empty when nothing does. */
  readonly faults: readonly string[];
  readonly outcome: "ok" | "refused" | "unknown";
  /** The catalogue's reason, or what else was answered. */
  readonly reason: string;
}

/** Never in an answer: stacks, our files, the database's words. */
const INNARDS =
  /\n\s+at |node_modules|node:internal|\/src\/|\.(?:ts|js|mjs):\d+|sqlite|SQLITE|SELECT |INSERT INTO|\/work\/|\/tmp\/|TypeError|RangeError|SyntaxError|Unexpected token/;

/** Judges what an input was answered. */
export function judge(input: Input, answer: Answer): Verdict {
  if (answer.kind === "bytes") return judgeBytes(answer.bytes);
  if (input.kind !== "call") throw new Error("only calls have answers of HTTP");
  if (answer.kind === "lost") return judgeLost(input, answer.why);
  const read = readAnswer(input, answer);
  const everything = `${[...answer.headers].join("\n")}\n${[...answer.trailers].join("\n")}\n${answer.body.toString("latin1")}`;
  return { ...read, faults: [...read.faults, ...leaks(everything, isPage(answer))] };
}

function judgeBytes(bytes: Buffer): Verdict {
  const text = bytes.toString("latin1");
  const status = /^HTTP\/1\.1 (5\d\d)/m.exec(text)?.[1];
  const faults = leaks(text, false);
  // Node's own answer to a version that it does not speak.
  if (status !== undefined && status !== "505") faults.push(`answered ${status}`);
  return { faults, outcome: "unknown", reason: bytes.length === 0 ? "nothing" : "bytes" };
}

function judgeLost(input: CallInput, why: string): Verdict {
  const isOwn = why === "not sent";
  const may = isOwn || input.damaged || input.endless || (input.http === 2 && isPastHttp2(input));
  return {
    faults: may ? [] : [`no answer: ${why}`],
    outcome: isOwn ? "refused" : "unknown",
    reason: `no answer: ${why}`,
  };
}

/** Headers past the bound, or not to be sent over HTTP/2: the stream is reset. */
function isPastHttp2({ headers, path }: CallInput): boolean {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  return (
    bytes + path.length > 15_000 ||
    headers.some(([name, value]) => name === "te" || /[^\t\x20-\x7e]|^\s|\s$/.test(value)) ||
    /[^\x21-\x7e]|^[^/]/.test(path)
  );
}

function isPage({ headers }: HttpAnswer): boolean {
  return headers.get("content-type")?.startsWith("text/html") ?? false;
}

/** A page shows a recipient what they have just typed; nothing else is ever said again. */
function leaks(text: string, isOwnForm: boolean): string[] {
  const innards = INNARDS.exec(text);
  const hidden = isOwnForm ? undefined : HIDDEN.find((secret) => text.includes(secret));
  return [
    ...(innards === null ? [] : [`tells of its innards: ${JSON.stringify(innards[0])}`]),
    ...(hidden === undefined ? [] : [`tells a secret: ${hidden}`]),
  ];
}

type Read = Verdict;
const OK: Read = { faults: [], outcome: "ok", reason: "ok" };

/** Comments, and events of which the last may be cut off: the stream goes on until we go. */
function eventStream(answer: HttpAnswer): Read {
  const blocks = answer.body.toString().split("\n\n").slice(0, -1);
  const isGood = blocks.every((block) => block === ":" || /(^|\n)data: \{/.test(block));
  return isGood ? OK : fault(answer, "an event stream");
}

function readAnswer(input: CallInput, answer: HttpAnswer): Read {
  const type = answer.headers.get("content-type") ?? "";
  // Its answer has a type and no body.
  if (input.method === "HEAD") return head(answer);
  if (type.startsWith("application/problem+json")) return problem(input, answer);
  if (input.face === "rest" && input.damaged === undefined && /^\/v1\b/.test(input.path)) {
    if (answer.status === 200 && type === "application/json") return OK;
    if (answer.status === 200 && type === "text/event-stream") return eventStream(answer);
    return fault(answer, "REST answers JSON, events or a problem");
  }
  if (/^application\/grpc-web/.test(type)) return grpcWeb(input, answer);
  if (/^application\/grpc/.test(type)) return grpc(input, answer);
  if (/^application\/connect\+/.test(type)) return connectStream(input, answer);
  if (isPage(answer)) return page(answer);
  if (answer.status === 204 || answer.status === 304) return OK;
  if (answer.status === 200) return OK;
  if (type.startsWith("application/json") && answer.body.length > 0)
    return connectUnary(input, answer);
  if (BARE.has(answer.status) && answer.body.length === 0) {
    return { faults: [], outcome: "refused", reason: `bare ${answer.status}` };
  }
  return fault(answer, "an answer of no known form");
}

/** The RPC protocols refuse a type, a verb and a version by the bare status; HEAD has no body. */
const BARE: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 408, 413, 414, 415, 417, 431, 505,
]);

function fault(answer: HttpAnswer, what: string): Read {
  const type = answer.headers.get("content-type") ?? "no type";
  return {
    faults: [`${what}: ${answer.status} ${type} ${answer.body.toString("latin1", 0, 200)}`],
    outcome: "refused",
    reason: `status ${answer.status}`,
  };
}

function page({ status }: HttpAnswer): Read {
  const faults = [200, 400, 403, 404, 429].includes(status) ? [] : [`a page with ${status}`];
  return { faults, outcome: status === 200 ? "ok" : "refused", reason: `page ${status}` };
}

function head(answer: HttpAnswer): Read {
  const { status } = answer;
  if (status >= 500 && status !== 501 && status !== 505) return fault(answer, "an answer to HEAD");
  return { faults: [], outcome: status === 200 ? "ok" : "refused", reason: `HEAD ${status}` };
}

function problem(input: CallInput, { status, headers, body }: HttpAnswer): Read {
  const told = parsed(body.toString());
  const reason = typeof told?.["reason"] === "string" ? told["reason"] : "";
  const faults = reasonFaults(input, reason, told?.["code"]);
  if (Object.hasOwn(ERROR_CATALOGUE, reason)) {
    const { httpStatus } = catalogueEntry(reason as ErrorReason);
    const may = [httpStatus, ...(reason === "MALFORMED_REQUEST" ? [408, 431, 501, 505] : [])];
    if (!may.includes(status) || told?.["status"] !== status) faults.push(`${reason} as ${status}`);
    if (reason === "OVERLOADED" && !headers.has("retry-after"))
      faults.push("overloaded without end");
  }
  return { faults, outcome: isUnknown(reason) ? "unknown" : "refused", reason };
}

/** What every refusal is held to: a reason of the catalogue, and not our fault. */
function reasonFaults(input: CallInput, reason: string, code: unknown): string[] {
  if (!Object.hasOwn(ERROR_CATALOGUE, reason))
    return [`${String(code)} without a reason of the catalogue: "${reason}"`];
  const given = new Set(input.headers.map(([name]) => name));
  switch (reason as ErrorReason) {
    case "INTERNAL":
    case "DATABASE_UNAVAILABLE":
    case "SHUTTING_DOWN":
      return [`answered ${reason}`];
    case "DEADLINE_EXCEEDED":
      return given.has("grpc-timeout") || given.has("connect-timeout-ms")
        ? []
        : ["a deadline that nobody gave"];
    default:
      return [];
  }
}

function isUnknown(reason: string): boolean {
  return reason === "DEADLINE_EXCEEDED" || reason === "CONNECTOR_UNAVAILABLE";
}

function grpc(input: CallInput, answer: HttpAnswer): Read {
  if (answer.status !== 200) return fault(answer, "gRPC answers with 200");
  const has = (name: string) => answer.trailers.get(name) ?? answer.headers.get(name);
  return grpcStatus(input, answer, has);
}

function grpcStatus(
  input: CallInput,
  answer: HttpAnswer,
  get: (name: string) => string | undefined,
): Read {
  const status = get("grpc-status");
  if (status === undefined) {
    const left = !answer.complete && input.endless === true;
    return left || input.method === "HEAD" ? OK : fault(answer, "no grpc-status");
  }
  if (status === "0") return OK;
  const details = get("grpc-status-details-bin");
  const reason = details === undefined ? "" : reasonOf(details, status);
  return {
    faults: reasonFaults(input, reason, `grpc-status ${status}`),
    outcome: isUnknown(reason) ? "unknown" : "refused",
    reason,
  };
}

function grpcWeb(input: CallInput, answer: HttpAnswer): Read {
  if (answer.status !== 200) return fault(answer, "gRPC-Web answers with 200");
  const last = envelopes(answer, "grpc-encoding").find(({ flags }) => (flags & 0x80) !== 0);
  const trailers = new Map(
    (last?.data.toString("latin1") ?? "").split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return grpcStatus(input, answer, (name) => trailers.get(name) ?? answer.headers.get(name));
}

function reasonOf(details: string, code: string): string {
  const error = findTrailerError(new Headers({ "grpc-status-details-bin": details }));
  if (error !== undefined && String(error.code) !== code) {
    return `grpc-status ${code} with details of ${error.code}`;
  }
  return error?.findDetails(ErrorInfoSchema)[0]?.reason ?? "";
}

function connectStream(input: CallInput, answer: HttpAnswer): Read {
  if (answer.status !== 200) return fault(answer, "Connect streams answer with 200");
  const last = envelopes(answer, "connect-content-encoding").find(({ flags }) => (flags & 2) !== 0);
  if (last === undefined) return answer.complete ? fault(answer, "no end of stream") : OK;
  const error = parsed(last.data.toString())?.["error"];
  return error === undefined ? OK : connectError(input, error as Told);
}

function connectUnary(input: CallInput, answer: HttpAnswer): Read {
  const body = unpacked(answer.body, answer.headers.get("content-encoding"));
  const told = parsed(body.toString());
  return told === undefined ? fault(answer, "no JSON") : connectError(input, told);
}

function connectError(input: CallInput, told: Told): Read {
  const details = Array.isArray(told["details"]) ? (told["details"] as Told[]) : [];
  const info = details.find(({ type }) => type === ErrorInfoSchema.typeName);
  const value = typeof info?.["value"] === "string" ? info["value"] : "";
  const reason = fromBinary(ErrorInfoSchema, Buffer.from(value, "base64")).reason;
  const retry = details.some(({ type }) => type === RetryInfoSchema.typeName);
  const faults = reasonFaults(input, reason, told["code"]);
  if (told["code"] === "unavailable" && !retry && reason !== "CONNECTOR_UNAVAILABLE") {
    faults.push("unavailable without RetryInfo");
  }
  return { faults, outcome: isUnknown(reason) ? "unknown" : "refused", reason };
}

type Told = Readonly<Record<string, unknown>>;

function parsed(text: string): Told | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Told) : undefined;
  } catch {
    return undefined;
  }
}

interface Envelope {
  readonly flags: number;
  readonly data: Buffer;
}

/** The envelopes of an answer, unpacked; `encoding` is the header that says how they are packed. */
function envelopes({ body, headers }: HttpAnswer, encoding: string): Envelope[] {
  const all: Envelope[] = [];
  for (let at = 0; at + 5 <= body.length; ) {
    const length = body.readUInt32BE(at + 1);
    const flags = body[at] ?? 0;
    const data = body.subarray(at + 5, at + 5 + length);
    all.push({ flags, data: (flags & 1) === 0 ? data : unpacked(data, headers.get(encoding)) });
    at += 5 + length;
  }
  return all;
}

function unpacked(data: Buffer, encoding: string | undefined): Buffer {
  if (encoding === "gzip") return gunzipSync(data);
  return encoding === "br" ? brotliDecompressSync(data) : data;
}
