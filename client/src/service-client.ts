import type {
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import {
  type CallOptions,
  Code,
  ConnectError,
  createClient,
  type Transport,
} from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";

/** Options of one call: those of Connect, and the idempotency key. */
export interface PayoutCallOptions extends CallOptions {
  /**
   * One key for one intention: 1 to 255 visible ASCII characters, such as your order's number. The same
   * key with the same request never does it twice, and answers what was answered first. Reads need none.
   */
  readonly idempotencyKey?: string;
}

/** A service of the contract: one function an operation. */
export type ServiceClient<S extends DescService> = {
  [P in keyof S["method"]]: S["method"][P] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: PayoutCallOptions) => Promise<MessageShape<O>>
    : S["method"][P] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : never;
};

type Unary = (request: object, options: CallOptions) => Promise<object>;
type Stream = (request: object, options: CallOptions) => AsyncIterable<object>;

/** A service's client, whose calls take an idempotency key and last no longer than `timeoutMs` (0: no bound). */
export function createServiceClient<S extends DescService>(
  service: S,
  transport: Transport,
  timeoutMs: number,
): ServiceClient<S> {
  const plain = createClient(service, transport) as Record<string, unknown>;
  const methods = service.methods.map(({ localName, methodKind }) => {
    const method = plain[localName];
    const call = async (request: object, options: PayoutCallOptions = {}) =>
      withTimeout(withKey(options), timeoutMs, (ready) => (method as Unary)(request, ready));
    const stream = (request: object, options: CallOptions = {}) =>
      untilLeft(options, (ready) => (method as Stream)(request, ready));
    return [localName, methodKind === "unary" ? call : stream];
  });
  return Object.fromEntries(methods) as ServiceClient<S>;
}

/**
 * The key as a header. A key that is named and missing, such as the number of an order that has none, is
 * refused: without it the call would not be the one that was meant.
 */
function withKey(options: PayoutCallOptions): CallOptions {
  if (!("idempotencyKey" in options)) return options;
  const { idempotencyKey: key, ...rest } = options;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    const error = new ConnectError(
      "idempotencyKey must be 1 to 255 visible ASCII characters.",
      Code.InvalidArgument,
    );
    const value = { reason: "IDEMPOTENCY_KEY_INVALID", domain: "payout.v1" };
    error.details.push({ desc: ErrorInfoSchema, value });
    throw error;
  }
  const headers = new Headers(rest.headers);
  headers.set("idempotency-key", key);
  return { ...rest, headers };
}

/** Ends a stream when its loop is left, which would otherwise stay open, and keep the program running. */
async function* untilLeft<T>(
  options: CallOptions,
  open: (options: CallOptions) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  const left = new AbortController();
  try {
    yield* open({ ...options, signal: eitherOf(options.signal, left.signal) });
  } finally {
    left.abort();
  }
}

function eitherOf(given: AbortSignal | undefined, ours: AbortSignal): AbortSignal {
  return given === undefined ? ours : AbortSignal.any([given, ours]);
}

/**
 * Ends a call that names no `timeoutMs` of its own after the client's. The service is not told of it: a
 * deadline would make it wait for a slow processor up to that time, in place of its own shorter one.
 */
async function withTimeout<T>(
  options: CallOptions,
  timeoutMs: number,
  call: (options: CallOptions) => Promise<T>,
): Promise<T> {
  if (options.timeoutMs !== undefined || timeoutMs === 0) return call(options);
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new ConnectError("The call took too long.", Code.DeadlineExceeded)),
    timeoutMs,
  );
  try {
    return await call({ ...options, signal: eitherOf(options.signal, late.signal) });
  } finally {
    clearTimeout(timer);
  }
}
