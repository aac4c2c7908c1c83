import type { Socket } from "node:net";
import type { Delay } from "./delay.ts";

/** What every HTTP/2 client without TLS sends first (RFC 9113, 3.4). No HTTP/1.1 request starts so. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export interface SniffOptions {
  /** A socket that is still undecided after this many milliseconds is destroyed. */
  readonly timeoutMs: number;
  readonly delay: Delay;
  /** Called at most once; the bytes read so far are back in the socket. */
  readonly decided: (protocol: "http1" | "http2") => void;
}

/**
 * Tells HTTP/2 with prior knowledge from HTTP/1.1 by a connection's first bytes. Waits while they
 * are a beginning of the preface, which may arrive in pieces. A socket that ends, fails or stays
 * silent is destroyed without a decision.
 *
 * Bytes are taken by `read()` in a `readable` event and given back by `unshift()`: a socket handed
 * over from a `data` event is already flowing, and the HTTP/2 session loses what comes next.
 */
export function sniffProtocol(socket: Socket, options: SniffOptions): void {
  let seen: Buffer = Buffer.alloc(0);

  const cancelTimer = options.delay(options.timeoutMs, () => socket.destroy());
  const release = (): void => {
    cancelTimer();
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.off("close", release);
  };
  const onEnd = (): void => {
    // HTTP servers allow half-open sockets, so nothing else would ever close this one.
    socket.destroy();
  };
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, preface.length);
    const matches = preface.compare(seen, 0, length, 0, length) === 0;
    if (matches && length < preface.length) return;
    release();
    socket.unshift(seen);
    options.decided(matches ? "http2" : "http1");
  };

  socket.on("readable", onReadable);
  socket.on("end", onEnd);
  socket.on("close", release);
}
