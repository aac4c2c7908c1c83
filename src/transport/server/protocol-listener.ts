import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { ConnectionGate } from "./connection-gate.ts";
import type { Delay } from "./delay.ts";
import { looksWithin, type OnePortLimits } from "./one-port-options.ts";
import { sniffProtocol } from "./sniff-protocol.ts";
import { UnreadRequests } from "./unread-requests.ts";
import { Http1Connection } from "./watch-http1.ts";
import { Http2Connection } from "./watch-http2.ts";

export interface ProtocolListenerOptions {
  /** Sees to a request; false when it was refused for what it is. */
  readonly handler: (request: http.IncomingMessage, response: http.ServerResponse) => boolean;
  readonly limits: OnePortLimits;
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  readonly delay: Delay;
  /** Whose connections are not counted by address. */
  readonly isTrusted: (address: string | undefined) => boolean;
  /** Told of each connection that is turned away, and by which bound. */
  readonly onRefused: (bound: "all" | "address") => void;
}

/** What nghttp2 refuses without us costs some microseconds: a flood within one turn of the loop passes. */
const NATIVE_BOUND = 1_000_000;

/** One listening server that speaks HTTP/1.1 and HTTP/2. */
export interface ProtocolListener {
  readonly server: http.Server;
  /** What becomes of an HTTP/1.1 connection that cannot be read any more. */
  giveUp(socket: Socket): "tell" | "wait" | "cut";
  /**
   * The polite end: GOAWAY on HTTP/2, `connection: close` on HTTP/1.1, idle and undecided
   * connections are closed, running requests go on. Call `server.close()` after it.
   */
  drain(): void;
  /** The end: every connection is cut. */
  destroy(): void;
}

/**
 * The server that listens is Node's HTTP/1.1 server, with a sniffer before its own `connection`
 * listener: its protection against slow headers stays on, which a `net` server in front of two
 * servers that never listen would switch off. HTTP/2 connections go to a second server that never
 * listens and shares the request handler. With TLS, ALPN decides instead of the sniffer.
 */
export function createProtocolListener(options: ProtocolListenerOptions): ProtocolListener {
  const { limits, delay } = options;
  const undecided = new Set<Socket>();
  const http1Connections = new Map<Socket, Http1Connection>();
  const sessions = new Map<http2.ServerHttp2Session, Http2Connection>();
  const responses = new Set<http.ServerResponse>();
  const unread = new UnreadRequests(limits.unreadRequests);
  let draining = false;

  const server = createHttp1Server(options);
  server.maxConnections = limits.connections;
  server.on("drop", () => options.onRefused("all"));
  server.on("request", (request, response) => {
    responses.add(response);
    if (draining) askToClose(response);
    response.once("close", () => {
      responses.delete(response);
      // A connection whose response began before the drain is idle only now.
      if (draining) setImmediate(() => server.closeIdleConnections());
    });
    unread.add(request, response);
    const run = (): boolean => options.handler(request, response);
    http1Connections.get(request.socket)?.take({ request, response, run });
  });

  const http2Server = http2.createServer({
    settings: {
      maxConcurrentStreams: limits.http2Streams,
      maxHeaderListSize: limits.headerBytes,
      enablePush: false,
    },
    // `http2Resets` comes first and says ENHANCE_YOUR_CALM; these would say INTERNAL_ERROR. The last
    // counts streams past `http2Streams` in all of a session's life, which a client that gives up
    // streams and opens others in one packet has without a fault of its own.
    streamResetBurst: NATIVE_BOUND,
    streamResetRate: NATIVE_BOUND,
    maxSessionRejectedStreams: NATIVE_BOUND,
  });
  // The same handler: HTTP/2's compatible API passes for HTTP/1.1's, and Fastify knows both.
  const serve: http.RequestListener = (request, response) => {
    unread.add(request, response);
    options.handler(request, response);
  };
  http2Server.on("request", serve as unknown as Http2RequestListener);

  const gate = new ConnectionGate({
    perAddress: limits.connectionsPerAddress,
    isTrusted: options.isTrusted,
    onRefused: () => options.onRefused("address"),
  });
  const admit = (socket: Socket): boolean => {
    // Between the drain and the close of the listening socket.
    if (draining) socket.destroy();
    return !draining && gate.admit(socket);
  };
  const serveHttp2 = (socket: Socket): void => {
    // Node's HTTP/1.1 server takes half-open sockets and watches them itself; an HTTP/2 session
    // on such a socket never hears that its peer has gone.
    socket.allowHalfOpen = false;
    http2Server.once("session", (session) => {
      sessions.set(session, new Http2Connection(session, socket, { limits, delay }));
      session.once("close", () => sessions.delete(session));
      if (draining) session.close();
    });
    // Emits "session" before it returns.
    http2Server.emit("connection", socket);
  };
  const watchHttp1 = (socket: Socket): void => {
    http1Connections.set(socket, new Http1Connection(socket, limits));
    socket.once("close", () => http1Connections.delete(socket));
  };
  if (options.tls === undefined) {
    wrapListener<Socket>(server, "connection", (socket, serveHttp1) => {
      if (!admit(socket)) return;
      undecided.add(socket);
      socket.once("close", () => undecided.delete(socket));
      sniffProtocol(socket, {
        timeoutMs: limits.silentSocketMs,
        delay,
        decided: (protocol) => {
          undecided.delete(socket);
          if (protocol === "http2") {
            serveHttp2(socket);
          } else {
            watchHttp1(socket);
            serveHttp1(socket);
          }
        },
      });
    });
  } else {
    wrapListener<Socket>(server, "connection", (socket, startTls) => {
      if (admit(socket)) startTls(socket);
    });
    wrapListener<TLSSocket>(server, "secureConnection", (socket, serveHttp1) => {
      if (socket.alpnProtocol === "h2") {
        serveHttp2(socket);
      } else {
        watchHttp1(socket);
        serveHttp1(socket);
      }
    });
  }

  let patience = looksWithin(limits.answerMs, limits.checkEveryMs);
  let cancelLook = (): void => {};
  const lookAgain = (): void => {
    cancelLook = delay(limits.checkEveryMs, () => {
      let stuck = 0;
      for (const connection of http1Connections.values()) stuck += connection.look(patience);
      for (const connection of sessions.values()) stuck += connection.look(patience);
      // The answers of many fast peers are never stuck for two looks.
      patience =
        stuck > limits.untakenAnswers ? 1 : looksWithin(limits.answerMs, limits.checkEveryMs);
      lookAgain();
    });
  };
  server.once("listening", lookAgain);
  server.once("close", () => cancelLook());

  return {
    server,
    giveUp: (socket) => http1Connections.get(socket)?.giveUp() ?? "tell",
    drain() {
      draining = true;
      for (const socket of undecided) socket.destroy();
      for (const session of sessions.keys()) session.close();
      for (const response of responses) askToClose(response);
      server.closeIdleConnections();
    },
    destroy() {
      for (const session of sessions.keys()) session.destroy();
      for (const socket of gate.open) socket.destroy();
    },
  };
}

type Http2RequestListener = (
  request: http2.Http2ServerRequest,
  response: http2.Http2ServerResponse,
) => void;

function createHttp1Server(options: ProtocolListenerOptions): http.Server {
  const { limits, tls } = options;
  const serverOptions: http.ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: limits.idleMs,
    // Ours says so, and lets nothing behind it run.
    requireHostHeader: false,
  };
  if (tls === undefined) return http.createServer(serverOptions);
  return https.createServer({
    ...serverOptions,
    cert: tls.cert,
    key: tls.key,
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: limits.silentSocketMs,
  });
}

/** Puts `listener` in the place of the one that Node installed, which it gets as `next`. */
function wrapListener<S extends Socket>(
  server: http.Server,
  event: string,
  listener: (socket: S, next: (socket: S) => void) => void,
): void {
  const installed = server.listeners(event);
  const [next] = installed;
  if (installed.length !== 1 || next === undefined) {
    throw new Error(`Node has ${installed.length} listeners for "${event}", expected one`);
  }
  server.removeAllListeners(event);
  server.on(event, (socket: S) => listener(socket, (s) => next.call(server, s)));
}

function askToClose(response: http.ServerResponse): void {
  if (!response.headersSent) response.setHeader("connection", "close");
}
