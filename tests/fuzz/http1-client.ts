import { connect, type Socket } from "node:net";
import type { Answer } from "./answer.ts";
import { readHttp1 } from "./http1-answer.ts";
import { bytesOf, type CallInput } from "./input.ts";

const EMPTY = Buffer.alloc(0);

/**
 * HTTP/1.1 by hand, since every real client refuses to send what a fuzzer must. One call at a time on a
 * connection that is kept as long as both sides agree on where answers end.
 */
export class Http1Client {
  readonly #port: number;
  readonly #idle: Socket[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async call(input: CallInput, waitMs: number): Promise<Answer> {
    const kept = this.#idle.pop();
    if (kept !== undefined) {
      const answer = await this.#on(kept, input, waitMs);
      // It may have been closed while the call was on its way.
      if (answer.kind !== "lost" || answer.why === "silent" || input.damaged) return answer;
    }
    return this.#on(connect(this.#port, "127.0.0.1").setNoDelay(true), input, waitMs);
  }

  #on(socket: Socket, input: CallInput, waitMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      let received: Buffer = EMPTY;
      const finish = (answer: Answer, keep: boolean) => {
        clearTimeout(timer);
        socket.removeAllListeners();
        if (keep && !socket.destroyed) {
          socket.on("error", () => socket.destroy());
          socket.once("close", () => this.#forget(socket));
          this.#idle.push(socket);
        } else {
          socket.on("error", () => {});
          // A reset leaves no port waiting: there are too few of them for connections by the hundred.
          socket.resetAndDestroy();
        }
        resolve(answer);
      };
      const look = (isEnd: boolean) => {
        const read = readHttp1(received, input.method === "HEAD", isEnd);
        if (read === undefined) return false;
        const keep = !isEnd && read.reusable && read.rest === 0 && input.damaged === undefined;
        finish(read.answer, keep);
        return true;
      };
      socket.on("data", (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        look(false);
      });
      const gone = (why: "closed" | "reset") => () => {
        if (!look(true)) finish({ kind: "lost", why }, false);
      };
      socket.on("end", gone("closed"));
      socket.on("close", gone("closed"));
      socket.on("error", gone("reset"));
      const timer = setTimeout(() => {
        if (!look(true)) finish({ kind: "lost", why: "silent" }, false);
      }, waitMs);
      socket.write(written(input));
    });
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy();
  }

  #forget(socket: Socket): void {
    const index = this.#idle.indexOf(socket);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}

function written({ method, path, headers, body }: CallInput): Buffer {
  const names = new Set(headers.map(([name]) => name));
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (!names.has("host")) lines.unshift("host: 127.0.0.1");
  if (
    !names.has("content-length") &&
    !names.has("transfer-encoding") &&
    (body !== "" || method !== "GET")
  ) {
    lines.push(`content-length: ${body.length}`);
  }
  return bytesOf(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}
