import type { Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  createContextValues,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
} from "@connectrpc/connect";
import {
  createAsyncIterable,
  invokeUnaryImplementation,
  transformInvokeImplementation,
} from "@connectrpc/connect/protocol";
import { systemTimers, type Timers } from "./timers.ts";

/** A unary method with its implementation, as `createServiceImplSpec` makes it. */
export type UnarySpec = MethodImplSpec & { kind: "unary" };

/** A method that answers with a stream, with its implementation. */
export type StreamSpec = MethodImplSpec & { kind: "server_streaming" };

/** One call of a unary method, whatever carried it here. */
export type UnaryCall = Call<UnarySpec>;
/** One call of a method that answers with a stream. */
export type StreamCall = Call<StreamSpec>;

type Call<Spec extends MethodImplSpec> = {
  readonly spec: Spec;
  readonly message: Message;
  /** What handlers see as `context.protocolName`, such as "rest". */
  readonly protocolName: string;
  readonly httpMethod: string;
  /** The absolute URL that was called. */
  readonly url: string;
  /** Owned by the call from here on: interceptors may change it. */
  readonly header: Headers;
  /** As for Connect's router: the first one is the outermost. */
  readonly interceptors: Interceptor[];
  /** The caller's deadline from now, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Each aborts `context.signal`: the caller goes away, the server stops. */
  readonly signals?: readonly (AbortSignal | undefined)[] | undefined;
  readonly contextValues?: ContextValues | undefined;
  /** Default: the time of this process. */
  readonly timers?: Timers | undefined;
};

/** How a call ended. The headers that were set are kept in both cases, as Connect keeps them. */
export type UnaryOutcome = {
  readonly header: Headers;
  readonly trailer: Headers;
} & (
  | { readonly message: Message; readonly error?: undefined }
  | { readonly message?: undefined; readonly error: ConnectError }
);

/**
 * Calls a unary method through the interceptors, in the same way as Connect's own handlers, and
 * answers how it ended: it does not reject. An error that is not a ConnectError becomes INTERNAL
 * with a constant message and the original as its `cause`. A deadline aborts `context.signal`;
 * as with Connect, it is for the implementation to heed it.
 */
export async function invokeUnary(call: UnaryCall): Promise<UnaryOutcome> {
  const { context, end } = openContext(call);
  const { responseHeader: header, responseTrailer: trailer } = context;
  try {
    const message = await invokeUnaryImplementation(
      call.spec,
      context,
      call.message,
      call.interceptors,
    );
    end(completed);
    return { header, trailer, message };
  } catch (reason) {
    const error = toConnectError(reason, context.signal);
    end(error);
    return { header, trailer, error };
  }
}

/** A stream that has begun: its first message is there, so nothing that is refused is sent as a stream. */
export type BegunStream = {
  readonly header: Headers;
  /** All of it, the first message too. Throws a ConnectError; its end ends the call. */
  readonly messages: AsyncGenerator<Message, void, void>;
};

/**
 * Calls a method that answers with a stream, through the interceptors, and waits for its first message.
 *
 * @throws ConnectError when it is refused before that
 */
export async function invokeStream(call: StreamCall): Promise<BegunStream> {
  const { context, end } = openContext(call);
  const invoke = transformInvokeImplementation(call.spec, context, call.interceptors);
  const answer = invoke(createAsyncIterable([call.message]))[Symbol.asyncIterator]();
  const next = async () => {
    try {
      return await answer.next();
    } catch (reason) {
      const error = toConnectError(reason, context.signal);
      end(error);
      throw error;
    }
  };
  const first = await next();
  async function* messages(): AsyncGenerator<Message, void, void> {
    try {
      for (let each = first; each.done !== true; each = await next()) yield each.value;
    } finally {
      // Whoever reads has enough, or it has ended by itself.
      end(completed);
      await answer.return?.();
    }
  }
  return { header: context.responseHeader, messages: messages() };
}

/**
 * The ConnectError to answer with for anything thrown. What an aborted signal made others throw
 * (an AbortError from fetch) is answered with the reason of the abort: a deadline stays a
 * deadline.
 */
export function toConnectError(reason: unknown, signal?: AbortSignal): ConnectError {
  if (reason instanceof ConnectError) {
    return reason;
  }
  const aborted = reason instanceof Error && reason.name === "AbortError" && signal?.aborted;
  if (aborted && signal.reason instanceof ConnectError) {
    return signal.reason;
  }
  return new ConnectError("internal error", Code.Internal, undefined, undefined, reason);
}

// Made once: an error's stack costs more than the rest of the context.
const completed = new DOMException("the call is completed", "AbortError");

/**
 * The same context as connect's createHandlerContext, with one AbortController instead of three
 * and no copies of the headers.
 */
function openContext(call: Call<MethodImplSpec>): {
  context: HandlerContext;
  end: (reason: unknown) => void;
} {
  const timers = call.timers ?? systemTimers;
  const controller = new AbortController();
  const { signals = [], timeoutMs } = call;
  const onAbort = () => controller.abort(signals.find((signal) => signal?.aborted)?.reason);
  // Not AbortSignal.any: the listeners must go when the call does, for the server's signal stays.
  for (const signal of signals) {
    if (signal?.aborted) {
      onAbort();
    }
    signal?.addEventListener("abort", onAbort);
  }
  const onDeadline = () =>
    controller.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded));
  let cancelTimer: (() => void) | undefined;
  let deadline: number | undefined;
  if (timeoutMs !== undefined) {
    deadline = timers.now() + timeoutMs;
    if (timeoutMs <= 0) {
      onDeadline();
    } else {
      cancelTimer = timers.after(timeoutMs, onDeadline);
    }
  }
  const context: HandlerContext = {
    method: call.spec.method,
    service: call.spec.method.parent,
    signal: controller.signal,
    timeoutMs: () => (deadline === undefined ? undefined : deadline - timers.now()),
    requestMethod: call.httpMethod,
    requestHeader: call.header,
    responseHeader: new Headers(),
    responseTrailer: new Headers(),
    protocolName: call.protocolName,
    values: call.contextValues ?? createContextValues(),
    url: call.url,
  };
  const end = (reason: unknown) => {
    cancelTimer?.();
    for (const signal of signals) {
      signal?.removeEventListener("abort", onAbort);
    }
    controller.abort(reason);
  };
  return { context, end };
}
