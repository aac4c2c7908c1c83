import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { limits as all } from "../../limits.ts";
import type { Delay } from "./delay.ts";

/** Every bound of the port: what happens past it. Times are milliseconds, sizes are bytes. */
export interface OnePortLimits {
  /** A connection that has not shown its protocol by then is cut (also the handshakes of TLS and HTTP/2). */
  readonly silentSocketMs: number;
  /** HTTP/1.1: all headers must be in by then, else 408. Never above `requestMs`. */
  readonly headersMs: number;
  /** The whole request must be in by then: HTTP/1.1 answers 408, HTTP/2 resets the stream. */
  readonly requestMs: number;
  /** How often connections are looked at: how much later than a limit one can be cut. */
  readonly checkEveryMs: number;
  /** HTTP/1.1 keep-alive and HTTP/2 sessions without a request are closed after this. */
  readonly idleMs: number;
  /** A quiet HTTP/2 session with open streams is pinged; without an answer by then it is cut. */
  readonly pingMs: number;
  /**
   * What is written of an answer must be taken by then: past it an HTTP/1.1 connection is cut, an
   * HTTP/2 stream is reset.
   */
  readonly answerMs: number;
  /**
   * What may wait to be taken on one HTTP/2 session; more ends the session, unless it is taken fast
   * enough. HTTP/1.1 is bounded by `http1Running` answers.
   */
  readonly untakenBytes: number;
  /** Requests whose body is still to come; past it the oldest is given up. */
  readonly unreadRequests: number;
  /** Answers that wait to be taken; past it all that wait for two looks are given up. */
  readonly untakenAnswers: number;
  /** Request body of plain routes, else 413. RPC routes have `readMaxBytes` instead. */
  readonly bodyBytes: number;
  /** All headers of a request: HTTP/1.1 answers 431, HTTP/2 resets the stream. */
  readonly headerBytes: number;
  /** Path and query, else 414. */
  readonly urlBytes: number;
  /** One path parameter, else 414. */
  readonly pathParameterBytes: number;
  /** Pipelined requests of one HTTP/1.1 connection that run at once; the others wait. */
  readonly http1Running: number;
  /** Pipelined requests of one HTTP/1.1 connection that wait; more ends the connection. */
  readonly http1Waiting: number;
  /** Streams open at once on one HTTP/2 session; more are refused, which clients retry. */
  readonly http2Streams: number;
  /** Streams that one HTTP/2 session gives up before their answer; more ends the session. */
  readonly http2Resets: Rate;
  /** PING and SETTINGS frames of one HTTP/2 session; more ends the session. */
  readonly http2Pings: Rate;
  /** Connections open at once; more are dropped at accept. */
  readonly connections: number;
  /**
   * Connections open at once from one address (of IPv6: one /64); more are dropped at accept. Trusted
   * proxies are not counted. 0 is no bound.
   */
  readonly connectionsPerAddress: number;
}

/** So many at once, and so many in a second for ever. */
export interface Rate {
  readonly atOnce: number;
  readonly perSecond: number;
}

export const defaultOnePortLimits: OnePortLimits = Object.freeze({
  ...all.port,
  bodyBytes: all.bodyBytes,
});

/** How many looks at a connection fit into a time (both milliseconds). */
export function looksWithin(ms: number, checkEveryMs: number): number {
  return Math.ceil(ms / checkEveryMs);
}

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
  /**
   * Reverse proxies, as IP addresses and networks such as 10.0.0.0/8: their `X-Forwarded-For` and
   * `X-Forwarded-Proto` are believed, and their connections are not counted by address. Default none.
   */
  readonly trustedProxies?: readonly string[];
  /** Told of each connection that is turned away, and by which bound. */
  readonly onRefusedConnection?: (bound: "all" | "address") => void;
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
  /**
   * What is answered to HTTP/1.1 that cannot be read (400), that comes too slowly (408), whose
   * headers are too large (431), or that asks for what nobody does (501, 505). Default: a constant JSON body with the status.
   */
  readonly unreadable?: (status: UnreadableStatus) => {
    readonly type: string;
    readonly body: string;
  };
  /** Default: Node's timers. */
  readonly delay?: Delay;
}

export type UnreadableStatus = 400 | 408 | 431 | 501 | 505;

/** Fills in the defaults; throws RangeError for limits that would silently not hold. */
export function resolveLimits(given: Partial<OnePortLimits> = {}): OnePortLimits {
  const limits = { ...defaultOnePortLimits, ...given };
  for (const [name, given] of Object.entries<number | Rate>({ ...limits })) {
    const least = name === "connectionsPerAddress" ? 0 : 1;
    for (const value of typeof given === "number" ? [given] : [given.atOnce, given.perSecond]) {
      if (Number.isSafeInteger(value) && value >= least) continue;
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
