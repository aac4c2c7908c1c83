import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Webhook } from "standardwebhooks";
import { addFault } from "../../../openapi/faults.ts";
import { faultAt } from "../../../openapi/validators.ts";

/** What the document says of the bodies that are sent. */
const DESCRIBED = "#/webhooks/event/post/requestBody/content/application~1json/schema";

/** One request as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request; default: 204. */
export type Answering = (request: Received, response: ServerResponse, socket: Socket) => void;

/** The body of an event, as far as tests read it. */
export interface EventBody {
  readonly eventId: string;
  readonly type: string;
  readonly sequence: number;
  readonly previousStatus: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const agreeing: Answering = (_request, response) => void response.writeHead(204).end();

/** A merchant's server on loopback: what arrives is kept, and answered as a test wants it. */
export class Receiver {
  readonly received: Received[] = [];
  answering: Answering = agreeing;
  #port = 0;
  #server = this.#make();
  readonly #looks = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  connections = 0;

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await receiver.listen();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** On the port that it had, when it had one. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends as a process that is killed: nothing listens, and connections are reset. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
    this.#server = this.#make();
  }

  /** Resolves once what was received is as wanted. */
  async until(isWanted: (received: readonly Received[]) => boolean): Promise<void> {
    while (!isWanted(this.received)) {
      await new Promise<void>((resolve) => {
        this.#looks.add(resolve);
      });
    }
  }

  /** What was received, verified by the official library. @throws when a signature is not right */
  verified(secret: string): readonly EventBody[] {
    return this.received.map(
      ({ body, headers }) => new Webhook(secret).verify(body, { ...headers }) as EventBody,
    );
  }

  #make() {
    const server = createServer((request, response) => void this.#take(request, response));
    server.on("connection", (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    return server;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const received = { path: request.url ?? "", headers, body: Buffer.concat(chunks).toString() };
    this.received.push(received);
    const fault = faultAt(DESCRIBED, JSON.parse(received.body));
    if (fault !== null) addFault(`an event that was sent: ${fault}`);
    this.answering(received, response, request.socket);
    for (const look of this.#looks) look();
    this.#looks.clear();
  }
}

/** The sequence of a body. */
export function sequenceOf({ body }: Received): number {
  return (JSON.parse(body) as EventBody).sequence;
}
