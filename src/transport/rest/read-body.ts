import type { Readable } from "node:stream";
import { Code, ConnectError } from "@connectrpc/connect";
import { bodyTooLarge } from "./errors.ts";

const empty = new Uint8Array(0);

/**
 * Reads a request body whole. Rejects with a TranscodingError (413) as soon as it is known to be
 * longer than `maxBytes`, by its `content-length` or by what came, and with CANCELED when the
 * client goes away before its end. How long it may take is the server's to bound.
 */
export function readBody(
  stream: Readable,
  contentLength: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  if (contentLength === "0") {
    return Promise.resolve(empty);
  }
  if (contentLength !== undefined && Number(contentLength) > maxBytes) {
    return Promise.reject(bodyTooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (act: () => void) => {
      stream.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
      // Somebody must listen: a socket that breaks later would crash the process.
      stream.on("error", ignore);
      act();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length > maxBytes) {
        stream.pause();
        settle(() => reject(bodyTooLarge()));
      } else {
        chunks.push(chunk);
      }
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 ? first(chunks) : Buffer.concat(chunks, length)));
    const onGone = () => settle(() => reject(clientGone()));
    stream.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
    if (stream.readableEnded) {
      onEnd();
    } else if (stream.destroyed) {
      onGone();
    }
  });
}

/** What a call is aborted with when its client goes away. */
export function clientGone(): ConnectError {
  return new ConnectError("the client went away", Code.Canceled);
}

function first(chunks: readonly Buffer[]): Uint8Array {
  return chunks[0] ?? empty;
}

function ignore(): void {}
