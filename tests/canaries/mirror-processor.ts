import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface MirrorProcessor {
  readonly url: string;
  /** How many requests it has answered. */
  readonly requests: number;
  close(): void;
}

/**
 * A processor that answers whatever it was sent, in every wrong way there is: what it says is as
 * secret as what it was told. `words` is what it says where a message is expected.
 */
export async function startMirrorProcessor(words: string): Promise<MirrorProcessor> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const told = Buffer.concat(chunks).toString() || (request.url ?? "");
    requests += 1;
    reflect(requests % WAYS, told, words, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const WAYS = 9;

function reflect(way: number, told: string, words: string, response: ServerResponse): void {
  const json = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const line = encodeURIComponent(told).slice(0, 4000);
  switch (way) {
    case 0:
      return void response.writeHead(200).end(`this is no JSON: ${told}`);
    case 1:
      return void response.writeHead(500).end(`<pre>at pay(${told})</pre>`);
    case 2:
      return void json(400, { error: { code: "refused", message: words, request_id: "r1" } });
    case 3:
      return void json(200, { transfer_id: { told }, state: told, amount: told, sequence: told });
    case 4:
      return void json(200, { transfer_id: "tr_1", state: "PENDING", reason: told, amount: told });
    case 5:
      return void response.writeHead(302, { location: `http://127.0.0.1:1/${line}` }).end();
    case 6:
      response.writeHead(200, { "content-length": "100000", "x-told": line }).write(told);
      return void setTimeout(() => response.destroy(), 10);
    case 7:
      return void response.writeHead(200, { "content-encoding": "gzip" }).end(told);
    default:
      return void json(418, { error: told, told });
  }
}
