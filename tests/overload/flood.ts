import { connect, type Socket } from "node:net";

/** How calls ended, with how long each took (milliseconds). */
export interface FloodResult {
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
  /** Answers with any other status, by status. */
  readonly others: Readonly<Record<number, number>>;
  /** Calls that the flood could not send in time, since every connection was taken. */
  readonly unsent: number;
}

export interface FloodOptions {
  readonly url: string;
  readonly key: string;
  /** A REST path and its JSON body. */
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  /** Calls in a second, evenly; 0: as fast as the connections are answered. */
  readonly rate: number;
  readonly ms: number;
}

/**
 * Calls over keep-alive connections at a pace that does not wait for answers. Written on the bare
 * socket: a client library would be slower than the server that it shall flood.
 */
export async function flood(options: FloodOptions): Promise<FloodResult> {
  const { url, rate, ms } = options;
  const { hostname, port } = new URL(url);
  const request = Buffer.from(requestOf(options, hostname));
  const accepted: number[] = [];
  const refused: number[] = [];
  const others: Record<number, number> = {};
  const idle: Connection[] = [];
  const end = performance.now() + ms;
  let sent = 0;
  let unsent = 0;
  const done = (connection: Connection, status: number, took: number) => {
    if (status === 200) accepted.push(took);
    else if (status === 429) refused.push(took);
    else others[status] = (others[status] ?? 0) + 1;
    if (rate === 0 && performance.now() < end) connection.send(request);
    else idle.push(connection);
  };
  // One after another: what rushes at a listening socket is dropped by the kernel, and comes late.
  const connections: Connection[] = [];
  while (connections.length < options.connections) {
    connections.push(await Connection.open(hostname, Number(port), done));
  }
  if (rate === 0) for (const connection of connections) connection.send(request);
  else idle.push(...connections);
  const began = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      const due = rate === 0 ? 0 : Math.floor(((Math.min(now, end) - began) * rate) / 1000);
      for (; sent + unsent < due; ) {
        const connection = idle.pop();
        if (connection === undefined) unsent += 1;
        else {
          connection.send(request);
          sent += 1;
        }
      }
      // What is still under way is answered, or never.
      const over = idle.length === connections.length || now > end + 30_000;
      if (now < end || !over) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  for (const connection of connections) connection.close();
  return { accepted, refused, others, unsent };
}

function requestOf({ path, key, body }: FloodOptions, host: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${key}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}

class Connection {
  readonly #socket: Socket;
  #began = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static open(
    host: string,
    port: number,
    done: (connection: Connection, status: number, took: number) => void,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host);
      const connection = new Connection(socket);
      let text = "";
      socket.setNoDelay(true);
      socket.once("connect", () => resolve(connection));
      socket.once("error", reject);
      socket.setEncoding("latin1");
      socket.on("data", (chunk: string) => {
        text += chunk;
        const head = text.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? "0");
        if (text.length < head + 4 + length) return;
        const status = Number(text.slice(9, 12));
        text = "";
        done(connection, status, performance.now() - connection.#began);
      });
    });
  }

  send(request: Buffer): void {
    this.#began = performance.now();
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }
}
