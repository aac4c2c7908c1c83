import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { looksWithin, type OnePortLimits } from "./one-port-options.ts";

/** A request of HTTP/1.1 with the answer that is due. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Sees to the request; false when its bytes are not trusted, nor what follows them. */
  readonly run: () => boolean;
}

/**
 * What Node does not bound on an HTTP/1.1 connection: how many pipelined requests run at once, what
 * comes after the last one (Node would run it, and drop the answer), how long it may be without a request while bytes come (empty lines between requests count as life to
 * Node's own timer), and how long the peer may leave an answer untaken.
 */
export class Http1Connection {
  readonly #socket: Socket;
  readonly #limits: OnePortLimits;
  readonly #waiting: Exchange[] = [];
  readonly #running = new Set<Exchange>();
  #hadLast = false;
  #endsAfter = false;
  #idleLooks = 0;
  #stuckLooks = 0;
  /** How many bytes must have been taken before the peer counts as taking its answers. */
  #due = 0;

  constructor(socket: Socket, limits: OnePortLimits) {
    this.#socket = socket;
    this.#limits = limits;
    socket.once("close", () => {
      this.#waiting.length = 0;
    });
  }

  /** Runs a request at once, or when one before it has been answered; never after the last one. */
  take(exchange: Exchange): void {
    if (this.#hadLast || this.#socket.writableEnded) return;
    if (this.#running.size < this.#limits.http1Running) {
      this.#start(exchange);
      return;
    }
    this.#waiting.push(exchange);
    if (this.#waiting.length > this.#limits.http1Waiting) this.#socket.destroy();
  }

  /**
   * To be called every `checkEveryMs`. Answers how many answers are stuck.
   *
   * @param patience how many looks an answer may be
   */
  look(patience: number): number {
    const { checkEveryMs, idleMs } = this.#limits;
    this.#idleLooks = this.#running.size === 0 ? this.#idleLooks + 1 : 0;
    const untaken = this.#socket.writableLength;
    const written = this.#socket.bytesWritten;
    const taken = written - untaken;
    if (untaken === 0 || taken >= this.#due) {
      this.#due = written;
      this.#stuckLooks = 0;
    } else {
      this.#stuckLooks += 1;
    }
    const isIdle = this.#idleLooks > looksWithin(idleMs, checkEveryMs);
    if (isIdle || this.#stuckLooks > patience) this.#socket.destroy();
    return this.#stuckLooks > 0 ? 1 : 0;
  }

  /**
   * What comes cannot be read any more. Whether the client is told so now; whether answers to what
   * came before are due, which go first and end the connection; or whether it is cut.
   */
  giveUp(): "tell" | "wait" | "cut" {
    this.#hadLast = true;
    const running = [...this.#running];
    const unread = running.filter(({ request }) => !request.complete);
    if (running.length === unread.length) {
      return running.length <= 1 && !running[0]?.response.headersSent ? "tell" : "cut";
    }
    if (unread.length > 0) return "cut";
    this.#endsAfter = true;
    return "wait";
  }

  #start(exchange: Exchange): void {
    const { request, response, run } = exchange;
    this.#running.add(exchange);
    response.once("close", () => {
      this.#running.delete(exchange);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#start(next);
      else if (this.#endsAfter && this.#running.size === 0) this.#socket.destroySoon();
    });
    if (run() && !isLast(request)) return;
    this.#hadLast = true;
    this.#waiting.length = 0;
  }
}

/** Whether the client says that it is its last. */
function isLast({ headers, httpVersion }: IncomingMessage): boolean {
  const connection = headers.connection ?? "";
  if (/\bclose\b/i.test(connection)) return true;
  return httpVersion === "1.0" && !/\bkeep-alive\b/i.test(connection);
}
