import type { Socket } from "node:net";

/** Writes a piece every so often (milliseconds) until the socket is gone; the peer's end is awaited. */
export async function trickle(
  socket: Socket,
  everyMs: number,
  piece: (index: number) => string | Uint8Array,
): Promise<void> {
  let index = 0;
  const timer = setInterval(() => {
    if (socket.writable) socket.write(piece(index));
    index += 1;
  }, everyMs);
  await new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once("close", () => resolve());
  });
  clearInterval(timer);
}
