import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import { bytesOf, type RawInput } from "./input.ts";

/** How long the service may take to say or do something about bytes (milliseconds). */
const QUIET_MS = 40;

/** Sends bytes on a connection of their own and answers what came before it was quiet. */
export function sendRaw(port: number, { pieces, end }: RawInput): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1").setNoDelay(true);
    const chunks: Buffer[] = [];
    const finish = () => {
      clearTimeout(timer);
      socket.removeAllListeners().on("error", () => {});
      socket.resetAndDestroy();
      resolve({ kind: "bytes", bytes: Buffer.concat(chunks) });
    };
    let timer = setTimeout(finish, 20 * QUIET_MS);
    socket.on("connect", async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(bytesOf(piece));
        await setImmediate();
      }
      if (socket.destroyed) return;
      if (end) socket.end();
      clearTimeout(timer);
      timer = setTimeout(finish, QUIET_MS);
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("close", finish);
    socket.on("error", finish);
  });
}
