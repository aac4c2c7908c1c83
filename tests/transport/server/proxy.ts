import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TestProxy {
  readonly host: string;
  readonly port: number;
  /** From now on nothing passes in either direction; both connections stay open. */
  stall(): void;
  /** The connections to the server, as they were opened. */
  readonly upstreams: readonly Socket[];
  stop(): void;
}

/** A TCP proxy that passes a client's first `inPieces` bytes one by one. */
export async function startProxy(
  to: { host: string; port: number },
  inPieces = 0,
): Promise<TestProxy> {
  const upstreams: Socket[] = [];
  const clients: Socket[] = [];
  let stalled = false;
  const server = createServer((client) => {
    const upstream = connect(to);
    upstream.setNoDelay(true);
    upstreams.push(upstream);
    clients.push(client);
    let left = inPieces;
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
    upstream.on("data", (chunk) => {
      if (!stalled) client.write(chunk);
    });
    client.on("data", async (chunk: Buffer) => {
      if (stalled) return;
      client.pause();
      let rest = chunk;
      for (; left > 0 && rest.length > 0; left -= 1) {
        const piece = rest.subarray(0, 1);
        rest = rest.subarray(1);
        await new Promise<void>((resolve) => upstream.write(piece, () => resolve()));
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      if (rest.length > 0) upstream.write(rest);
      client.resume();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    upstreams,
    stall() {
      stalled = true;
    },
    stop() {
      server.close();
      for (const socket of [...clients, ...upstreams]) socket.destroy();
    },
  };
}
