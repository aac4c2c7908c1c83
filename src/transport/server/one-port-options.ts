import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
} from "fastify";
import type { Delay } from "./delay.ts";

/** Every bound of the port. Times are milliseconds, sizes are bytes. */
export interface OnePortLimits {
  /** A connection that has not shown its protocol by then is cut (also the TLS handshake). Default 10 s. */
  readonly silentSocketMs: number;
  /** HTTP/1.1: all headers must be in by then, else 408. Never above `requestMs`. Default 10 s. */
  readonly headersMs: number;
  /** The whole request must be in by then: HTTP/1.1 answers 408, HTTP/2 resets the stream. Default 30 s. */
  readonly requestMs: number;
  /** How often Node looks for late HTTP/1.1 requests: how much later than the limit one can be cut. Default 2 s. */
  readonly checkEveryMs: number;
  /** HTTP/1.1 keep-alive and HTTP/2 sessions without a request are closed after this. Default 60 s. */
  readonly idleMs: number;
  /** A quiet HTTP/2 session with open streams is pinged; without an answer by then it is cut. Default 10 s. */
  readonly pingMs: number;
  /** Request body of plain routes, else 413. RPC routes have `readMaxBytes` instead. Default 1 MiB. */
  readonly bodyBytes: number;
  /** All headers of a request: HTTP/1.1 answers 431, HTTP/2 resets the stream. Default 16 KiB. */
  readonly headerBytes: number;
  /** Path and query, else 414. Default 8 KiB. */
  readonly urlBytes: number;
  /** One path parameter, else 414. Default 512 bytes (64 characters, percent-encoded, and room). */
  readonly pathParameterBytes: number;
  /** Streams open at once on one HTTP/2 session; more are refused, which clients retry. Default 100. */
  readonly http2Streams: number;
  /** Connections open at once; more are dropped at accept. Default 10,000. */
  readonly connections: number;
  /**
   * Connections open at once from one address; more are dropped at accept. 0 is no bound: right
   * behind a proxy, where every caller has the proxy's address. Default 1,000.
   */
  readonly connectionsPerAddress: number;
}

export const defaultOnePortLimits: OnePortLimits = Object.freeze({
  silentSocketMs: 10_000,
  headersMs: 10_000,
  requestMs: 30_000,
  checkEveryMs: 2_000,
  idleMs: 60_000,
  pingMs: 10_000,
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  pathParameterBytes: 512,
  http2Streams: 100,
  connections: 10_000,
  connectionsPerAddress: 1_000,
});

export interface OnePortServerOptions {
  /** A fresh request id. It is also the answer's `x-request-id`; a caller's own is never taken over. */
  readonly newRequestId: () => string;
  /** Default: `defaultOnePortLimits`, field by field. */
  readonly limits?: Partial<OnePortLimits>;
  /** PEM. Given: the port speaks TLS only and ALPN chooses between `h2` and `http/1.1`. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Browser origins that may call, such as `https://dash.example`. Default none: no CORS header at all. */
  readonly corsOrigins?: readonly string[];
  /** A pino logger. Default none. Requests are not logged here: their URLs can hold link tokens. */
  readonly logger?: FastifyBaseLogger;
  /** Whose `X-Forwarded-*` to believe, as Fastify's. Default false: nobody's. */
  readonly trustProxy?: NonNullable<FastifyServerOptions["trustProxy"]>;
  /**
   * Answers what fails before any route is known (a path that does not decode, a path parameter
   * that is too long). Default: a constant JSON body with the status.
   */
  readonly frameworkErrors?: (
    error: FastifyError,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => void;
  /**
   * Asked of every request before anything is done with it: false when it has answered the request
   * itself. Default: everything is let in.
   */
  readonly admit?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Default: Node's timers. */
  readonly delay?: Delay;
}

/** Fills in the defaults; throws RangeError for limits that would silently not hold. */
export function resolveLimits(given: Partial<OnePortLimits> = {}): OnePortLimits {
  const limits = { ...defaultOnePortLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === "connectionsPerAddress" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`limit ${name} must be a whole number, at least ${least}`);
    }
  }
  if (limits.headersMs > limits.requestMs) {
    throw new RangeError("limit headersMs must not be above requestMs: Node would ignore it");
  }
  if (limits.urlBytes > limits.headerBytes) {
    throw new RangeError("limit urlBytes must not be above headerBytes: the URL is part of them");
  }
  return limits;
}
