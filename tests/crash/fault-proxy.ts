import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of one connection. `request` is the way to the processor, `reply` the way back. */
export type Fault =
  | { readonly kind: "pass" }
  /** A reset, after the first bytes have come. */
  | { readonly kind: "reset" }
  /** Accepted, read, and never answered. */
  | { readonly kind: "half_open" }
  /** Held back until then, and delivered even when the other side has given up: it comes late. */
  | { readonly kind: "hold"; readonly way: Way; readonly until: Promise<void> }
  /** Ended after so many bytes. */
  | { readonly kind: "cut"; readonly way: Way; readonly bytes: number };

export type Way = "request" | "reply";

export const PASS: Fault = { kind: "pass" };

/**
 * A network that misbehaves: a TCP proxy on loopback. Each connection gets its fault when its first
 * bytes have come, so that the fault can be chosen by what is being asked.
 */
export class FaultProxy {
  /** Chooses the fault of a connection by the first line of its request. */
  choose: (requestLine: string) => Fault = () => PASS;
  readonly #targetPort: () => number;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(targetPort: () => number) {
    this.#targetPort = targetPort;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, always on the same port. */
  async open(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  /** From now on connections are refused; those that are there stay. */
  refuse(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Cuts everything. */
  close(): void {
    this.refuse();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(client: Socket): void {
    this.#track(client);
    client.once("data", (first: Buffer) => {
      const [requestLine = ""] = first.toString("latin1").split("\r\n", 1);
      this.#carry(client, first, this.choose(requestLine));
    });
  }

  #carry(client: Socket, first: Buffer, fault: Fault): void {
    if (fault.kind === "reset") {
      client.resetAndDestroy();
      return;
    }
    if (fault.kind === "half_open") {
      client.resume();
      return;
    }
    const upstream = connect(this.#targetPort(), "127.0.0.1");
    this.#track(upstream);
    forward(client, upstream, "request", fault, first);
    forward(upstream, client, "reply", fault);
    // A processor that is down: the connection was there, and breaks.
    upstream.on("error", () => client.resetAndDestroy());
  }

  #track(socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

/** Carries bytes one way. Requests and replies are small: what is held back is kept in memory. */
function forward(from: Socket, to: Socket, way: Way, fault: Fault, first?: Buffer): void {
  const ours = "way" in fault && fault.way === way;
  const held = ours && fault.kind === "hold" ? fault.until : null;
  let room = ours && fault.kind === "cut" ? fault.bytes : Number.POSITIVE_INFINITY;
  const pass = (chunk: Buffer) => {
    if (!to.writable) return;
    to.write(chunk.subarray(0, Math.min(chunk.length, room)));
    room -= chunk.length;
    if (room >= 0) return;
    to.end();
    from.resetAndDestroy();
  };
  const deliver = (task: () => void) => {
    if (held === null) task();
    else void held.then(task);
  };
  if (first !== undefined) deliver(() => pass(first));
  from.on("data", (chunk: Buffer) => deliver(() => pass(chunk)));
  from.on("end", () => deliver(() => to.end()));
  // A broken connection breaks the other too, but only after what was held back has been delivered.
  from.on("close", () => deliver(() => to.end()));
}
