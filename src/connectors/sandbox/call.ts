import type { PayoutError } from "../../domain/payout.ts";
import type {
  NothingHappenedHeader,
  SandboxReply,
  SandboxRequest,
} from "../../sandbox-processor/wire.ts";
import type { LookupResult, Outcome } from "../connector.ts";
import { unusableKey } from "../toolkit/errors.ts";
import { outcomeUnknown, readWords, refused, unavailable } from "./errors.ts";
import { SANDBOX_MANIFEST } from "./manifest.ts";
import { type Fields, readObject } from "./read-reply.ts";
import { type SandboxTransport, SandboxTransportError } from "./transport.ts";

const NOTHING_HAPPENED: NothingHappenedHeader = "x-sandbox-nothing-happened";

/** Answers that mean that the request was read and will not be carried out. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 402, 404, 405, 409, 413, 415, 422]);

/**
 * Refusals of this call that leave open what another did: the key has served for something else, which
 * may have moved money, or the transfer stands otherwise than was thought. A look-up tells.
 */
const INCONCLUSIVE: ReadonlySet<string> = new Set(["idempotency_key_reused", "not_held"]);

export interface Post {
  readonly path: string;
  /** "" for a call that the processor takes without a key. */
  readonly key: string;
  readonly body: object;
  readonly signal: AbortSignal;
}

/**
 * Makes one call and says how it ended. `read` makes something of a body of 200; where it gives
 * undefined the outcome is unknown, since what cannot be read may well have happened.
 */
export async function post<T>(
  transport: SandboxTransport,
  { path, key, body, signal }: Post,
  read: (fields: Fields) => T | undefined,
): Promise<Outcome<T>> {
  // Never cut to fit: another call could share what is left of it.
  if (key !== "" && !isUsable(key)) return { kind: "rejected", error: unusableKey() };
  const request: SandboxRequest = {
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...(key !== "" && { "idempotency-key": key }) },
    body: JSON.stringify(body),
  };
  const reply = await send(transport, request, signal);
  if ("failure" in reply) {
    return { kind: reply.failure.sent ? "unknown" : "not_sent", error: toError(reply.failure) };
  }
  if (reply.status === 200 || reply.status === 201) {
    const fields = readObject(reply.body);
    const value = fields && read(fields);
    if (value === undefined) return { kind: "unknown", error: outcomeUnknown() };
    return { kind: "accepted", value };
  }
  if (reply.status === 503 && reply.headers[NOTHING_HAPPENED] === "1") {
    return { kind: "not_sent", error: unavailable() };
  }
  const words = readWords(reply);
  if (words === undefined || !DEFINITE_NO.has(reply.status) || INCONCLUSIVE.has(words.code)) {
    return { kind: "unknown", error: outcomeUnknown(words) };
  }
  return { kind: "rejected", error: refused(words) };
}

/** Asks. `not_found` only when it is the processor itself that says so. */
export async function get<T>(
  transport: SandboxTransport,
  path: string,
  signal: AbortSignal,
  read: (fields: Fields) => T | undefined,
): Promise<LookupResult<T>> {
  const reply = await send(transport, { method: "GET", path, headers: {}, body: "" }, signal);
  if ("failure" in reply) return { kind: "unreachable", error: toError(reply.failure) };
  if (reply.status === 200) {
    const fields = readObject(reply.body);
    const value = fields && read(fields);
    if (value !== undefined) return { kind: "found", value };
  }
  const words = readWords(reply);
  if (reply.status === 404 && words?.code.endsWith("_not_found")) return { kind: "not_found" };
  return { kind: "unreachable", error: outcomeUnknown(words) };
}

async function send(
  transport: SandboxTransport,
  request: SandboxRequest,
  signal: AbortSignal,
): Promise<SandboxReply | { readonly failure: SandboxTransportError }> {
  try {
    return await transport.call(request, signal);
  } catch (cause) {
    const failure =
      cause instanceof SandboxTransportError ? cause : new SandboxTransportError(true, { cause });
    return { failure };
  }
}

function toError(failure: SandboxTransportError): PayoutError {
  return failure.sent ? outcomeUnknown() : unavailable();
}

function isUsable(key: string): boolean {
  return key.length <= SANDBOX_MANIFEST.idempotency.maxKeyLength && /^[!-~]+$/.test(key);
}
