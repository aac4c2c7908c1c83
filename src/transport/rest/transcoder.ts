import type { Registry } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  type Interceptor,
  type ServiceImplSpec,
} from "@connectrpc/connect";
import { compileRoutes, type Route } from "./compile.ts";
import { decodeRequest } from "./decode.ts";
import { encodeResponse } from "./encode.ts";
import { type EventStream, encodeEvents, eventStreamHeaders } from "./event-stream.ts";
import { type HeaderRecord, mergeHeaders } from "./headers.ts";
import {
  invokeStream,
  invokeUnary,
  type StreamSpec,
  toConnectError,
  type UnarySpec,
} from "./invoke.ts";
import { type Match, RouteTable } from "./match.ts";
import { type ErrorRequest, type RenderError, renderProblem } from "./problem.ts";
import { longestTimeoutMs, readTimeoutMs } from "./timeout.ts";
import type { Timers } from "./timers.ts";

/** What a transcoder is made of. */
export type TranscoderOptions = {
  /** The implementations; methods without a google.api.http rule are left out. */
  readonly services: readonly ServiceImplSpec[];
  /** Methods that answer with a stream and are served as server-sent events; others are 501. */
  readonly eventStreams?: readonly EventStream[];
  /** Run around every call, the first one outermost, as on Connect's router. Default: none. */
  readonly interceptors?: Interceptor[];
  /** Renders every error. Default: `renderProblem`, plain RFC 9457. */
  readonly renderError?: RenderError;
  /** Told of every error before it is rendered; an INTERNAL one has its origin as `cause`. */
  readonly onError?: (error: ConnectError, request: ErrorRequest) => void;
  /** The types that a google.protobuf.Any may hold. Default: none, an Any is refused. */
  readonly registry?: Registry;
  /** The longest body in bytes; a longer one is 413. Default: 1 MiB. */
  readonly maxBodyBytes?: number;
  /** How deep JSON and dotted query names may nest; deeper is 400. Default: 100. */
  readonly maxDepth?: number;
  /** How many parameters a query may have; more is 400. Default: 200. */
  readonly maxQueryParameters?: number;
  /** The longest `connect-timeout-ms` that is taken; longer is 400. Default: 2^31-1. */
  readonly maxTimeoutMs?: number;
  /** Aborted to make running calls give up when the server stops. Default: none. */
  readonly shutdownSignal?: AbortSignal;
  /** Default: the time of this process. */
  readonly timers?: Timers;
};

/** An HTTP request, as any server can give it. */
export type RestRequest = {
  readonly method: string;
  /** Path and query as they came, percent-encoded. */
  readonly target: string;
  /** The absolute URL, for handlers to see. */
  readonly url: string;
  /** Owned by the call from here on. */
  readonly header: Headers;
  /** Reads the whole body; rejects with a TranscodingError (413) past the limit. */
  readonly readBody: (maxBytes: number) => Promise<Uint8Array>;
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal | undefined;
  readonly contextValues?: ContextValues | undefined;
  /** For the error renderer. */
  readonly requestId?: string | undefined;
};

/** The answer. `content-type` is set; `content-length` is the server's to add. */
export type RestResponse = {
  readonly status: number;
  readonly headers: HeaderRecord;
  /** A stream is read at its reader's pace, and returned when the reader goes. */
  readonly body: Buffer | AsyncGenerator<Buffer, void, void>;
};

/** Serves google.api.http bindings, knowing nothing of the server that carries the requests. */
export type Transcoder = {
  /** All bindings, in the order of the services. */
  readonly routes: readonly Route[];
  /** Answers a request; undefined when no binding knows the path. Does not reject. */
  handle(request: RestRequest): Promise<RestResponse | undefined>;
  /** Renders an error that came up outside of `handle`, such as a server's own refusal. */
  refuse(error: unknown, request: ErrorRequest): RestResponse;
};

const mebibyte = 1024 * 1024;

/**
 * Compiles the google.api.http rules of the services. Throws an Error that names the RPC when a
 * rule cannot be served or two rules clash.
 */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  const table = new RouteTable(compileRoutes(options.services));
  const render = options.renderError ?? renderProblem;
  const maxBodyBytes = options.maxBodyBytes ?? mebibyte;
  const interceptors = options.interceptors ?? [];
  const decodeOptions = {
    maxDepth: options.maxDepth ?? 100,
    maxQueryParameters: options.maxQueryParameters ?? 200,
    registry: options.registry,
  };

  function refuse(
    reason: unknown,
    request: ErrorRequest,
    headers: HeaderRecord = {},
  ): RestResponse {
    const error = toConnectError(reason);
    options.onError?.(error, request);
    const rendered = render(error, request);
    // What another server said in its error's headers is not ours to repeat (as with Connect).
    if (!error.isWireError) {
      mergeHeaders(headers, error.metadata);
    }
    return {
      status: rendered.status,
      headers: Object.assign(headers, rendered.headers),
      body: Buffer.from(rendered.body),
    };
  }

  async function call(
    match: Match,
    query: string,
    request: RestRequest,
    headers: HeaderRecord,
  ): Promise<RestResponse> {
    const { spec } = match.route;
    const stream = options.eventStreams?.find(({ method }) => method === spec.method);
    if (spec.kind !== "unary" && stream === undefined) {
      throw new ConnectError("streaming is not implemented over REST", Code.Unimplemented);
    }
    const timeoutMs = readTimeoutMs(request.header, options.maxTimeoutMs ?? longestTimeoutMs);
    const body = await request.readBody(maxBodyBytes);
    const message = decodeRequest(
      match,
      {
        query: stream === undefined ? query : resumed(query, stream, request.header),
        contentType: request.header.get("content-type"),
        contentEncoding: request.header.get("content-encoding"),
        body,
      },
      decodeOptions,
    );
    const shared = {
      message,
      protocolName: "rest",
      httpMethod: request.method,
      url: request.url,
      header: request.header,
      interceptors,
      timeoutMs,
      signals: [request.signal, options.shutdownSignal],
      contextValues: request.contextValues,
      timers: options.timers,
    };
    if (stream !== undefined) {
      const begun = await invokeStream({ spec: spec as StreamSpec, ...shared });
      mergeHeaders(headers, begun.header);
      Object.assign(headers, eventStreamHeaders);
      if (request.method === "HEAD") {
        await begun.messages.return();
        return { status: 200, headers, body: Buffer.alloc(0) };
      }
      const { path } = splitTarget(request.target);
      const about = { method: request.method, path, requestId: request.requestId };
      const told = (error: ConnectError) => {
        options.onError?.(error, about);
        return render(error, about).body;
      };
      const body = encodeEvents(begun.messages, stream, told, options.registry);
      return { status: 200, headers, body };
    }
    const outcome = await invokeUnary({ spec: spec as UnarySpec, ...shared });
    mergeHeaders(headers, outcome.header);
    mergeHeaders(headers, outcome.trailer);
    if (outcome.error !== undefined) {
      throw outcome.error;
    }
    const encoded = encodeResponse(match.route, outcome.message, options.registry);
    headers["content-type"] = "application/json";
    return { status: 200, headers, body: encoded };
  }

  return {
    routes: table.routes,
    refuse,
    async handle(request) {
      const { path, query } = splitTarget(request.target);
      // Kept outside of `call`: what a handler set is sent with its error as well.
      const headers: HeaderRecord = {};
      try {
        const match = table.match(request.method, path);
        return match === undefined ? undefined : await call(match, query, request, headers);
      } catch (reason) {
        const { method, requestId } = request;
        return refuse(reason, { method, path, requestId }, headers);
      }
    },
  };
}

/** The query of a stream that goes on where a reader was cut off; what the query itself says comes first. */
function resumed(query: string, { resumeField }: EventStream, header: Headers): string {
  const lastEventId = header.get("last-event-id") ?? "";
  const given = new URLSearchParams(query);
  const { name, jsonName } = resumeField;
  if (lastEventId === "" || given.has(name) || given.has(jsonName)) return query;
  const more = `${jsonName}=${encodeURIComponent(lastEventId)}`;
  return query === "" ? more : `${query}&${more}`;
}

/** Takes a request target apart; a fragment has no business there and is dropped. */
export function splitTarget(target: string): { path: string; query: string } {
  const hash = target.indexOf("#");
  const whole = hash === -1 ? target : target.slice(0, hash);
  const mark = whole.indexOf("?");
  return mark === -1
    ? { path: whole, query: "" }
    : { path: whole.slice(0, mark), query: whole.slice(mark + 1) };
}
