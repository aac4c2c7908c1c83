import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * What becomes of a request: `pass` is answered as the service answers, `lose` reaches the service and its
 * answer is lost, with `hang` it never comes, `refuse` reaches nobody, and `gateway` is a proxy that says 503
 * in HTML.
 */
export type Fate = "pass" | "lose" | "hang" | "refuse" | "gateway";

/** Something between a client and the service over HTTP/1.1, at which things go wrong as a test wants it. */
export class Relay {
  /** One a request, in turn; `pass` when there are no more. */
  fates: Fate[] = [];
  /** The idempotency key of every request that came, "" when there was none. */
  readonly keys: string[] = [];
  readonly #to: string;
  readonly #server = createServer((incoming, response) => void this.#take(incoming, response));

  private constructor(to: string) {
    this.#to = to;
  }

  static async start(to: string): Promise<Relay> {
    const relay = new Relay(to);
    await new Promise<void>((resolve) => relay.#server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.keys.push(String(incoming.headers["idempotency-key"] ?? ""));
    const fate = this.fates.shift() ?? "pass";
    const body = await buffer(incoming);
    if (fate === "refuse") return void incoming.socket.resetAndDestroy();
    if (fate === "gateway") {
      response.writeHead(503, { "content-type": "text/html" }).end("<h1>Busy</h1>");
      return;
    }
    const { method, headers, url } = incoming;
    // A connection a request: none is kept until the service has gone.
    const outgoing = request(this.#to + url, { method, headers, agent: false }, async (answer) => {
      const answered = await buffer(answer);
      if (fate === "hang") return;
      if (fate === "lose") return void incoming.socket.resetAndDestroy();
      response.writeHead(answer.statusCode ?? 500, answer.headers).end(answered);
    });
    outgoing.on("error", () => incoming.socket.destroy());
    outgoing.end(body);
  }
}
