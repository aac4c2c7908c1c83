import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Delay } from "./delay.ts";
import { keepSession } from "./keep-session.ts";
import type { OnePortLimits } from "./one-port-options.ts";
import { sniffProtocol } from "./sniff-protocol.ts";

export interface ProtocolListenerOptions {
  readonly handler: http.RequestListener;
  readonly limits: OnePortLimits;
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  readonly delay: Delay;
}

/** One listening server that speaks HTTP/1.1 and HTTP/2. */
export interface ProtocolListener {
  readonly server: http.Server;
  /**
   * The polite end: GOAWAY on HTTP/2, `connection: close` on HTTP/1.1, idle and undecided
   * connections are closed, running requests go on. Call `server.close()` after it.
   */
  drain(): void;
  /** The end: every connection is cut. */
  destroy(): void;
}

type Admit = (socket: Socket) => boolean;

/**
 * The server that listens is Node's HTTP/1.1 server, with a sniffer before its own `connection`
 * listener: its protection against slow headers stays on, which a `net` server in front of two
 * servers that never listen would switch off. HTTP/2 connections go to a second server that never
 * listens and shares the request handler. With TLS, ALPN decides instead of the sniffer.
 */
export function createProtocolListener(options: ProtocolListenerOptions): ProtocolListener {
  const { limits, delay } = options;
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const sessions = new Set<http2.ServerHttp2Session>();
  const responses = new Set<http.ServerResponse>();
  let draining = false;

  const server = createHttp1Server(options);
  server.maxConnections = limits.connections;
  server.on("request", (_request, response) => {
    responses.add(response);
    if (draining) askToClose(response);
    response.once("close", () => {
      responses.delete(response);
      // A connection whose response began before the drain is idle only now.
      if (draining) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on("request", options.handler);

  const http2Server = http2.createServer({
    settings: {
      maxConcurrentStreams: limits.http2Streams,
      maxHeaderListSize: limits.headerBytes,
      enablePush: false,
    },
  });
  // The same handler: HTTP/2's compatible API passes for HTTP/1.1's, and Fastify knows both.
  http2Server.on("request", options.handler as unknown as Http2RequestListener);
  http2Server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    keepSession(session, { idleMs: limits.idleMs, pingMs: limits.pingMs, delay });
    if (draining) session.close();
  });

  const admitCounted = createGate(limits, sockets);
  const admit: Admit = (socket) => {
    // Between the drain and the close of the listening socket.
    if (draining) socket.destroy();
    return !draining && admitCounted(socket);
  };
  const serveHttp2 = (socket: Socket): void => {
    // Node's HTTP/1.1 server takes half-open sockets and watches them itself; an HTTP/2 session
    // on such a socket never hears that its peer has gone.
    socket.allowHalfOpen = false;
    http2Server.emit("connection", socket);
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
          if (protocol === "http2") serveHttp2(socket);
          else serveHttp1(socket);
        },
      });
    });
  } else {
    wrapListener<Socket>(server, "connection", (socket, startTls) => {
      if (admit(socket)) startTls(socket);
    });
    wrapListener<TLSSocket>(server, "secureConnection", (socket, serveHttp1) => {
      if (socket.alpnProtocol === "h2") serveHttp2(socket);
      else serveHttp1(socket);
    });
  }

  return {
    server,
    drain() {
      draining = true;
      for (const socket of undecided) socket.destroy();
      for (const session of sessions) session.close();
      for (const response of responses) askToClose(response);
      server.closeIdleConnections();
    },
    destroy() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
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

/** Counts connections; says no to those past an address's bound, and destroys them. */
function createGate(limits: OnePortLimits, sockets: Set<Socket>): Admit {
  const perAddress = new Map<string, number>();
  return (socket) => {
    // From the first moment: a reset before any protocol has the socket would end the process.
    socket.on("error", () => socket.destroy());
    const address = socket.remoteAddress;
    if (address === undefined) {
      // Gone already.
      socket.destroy();
      return false;
    }
    const open = perAddress.get(address) ?? 0;
    if (limits.connectionsPerAddress > 0 && open >= limits.connectionsPerAddress) {
      socket.destroy();
      return false;
    }
    perAddress.set(address, open + 1);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
    });
    return true;
  };
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
