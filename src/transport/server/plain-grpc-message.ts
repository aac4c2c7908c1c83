import type { UniversalServerResponse } from "@connectrpc/connect/protocol";

const NAME = "grpc-message";
/** The printable ASCII that gRPC leaves as it is in a message: all but the percent sign. */
const NEEDLESS = /%(2[0-46-9A-F]|[3-6][0-9A-F]|7[0-9A-E])/g;

/**
 * Takes needless percent-encoding out of a gRPC error's message. Connect encodes like a URI's
 * component, and grpc-js decodes like a whole URI: its callers would read "%2C" for every comma.
 * gRPC itself encodes only what is not printable ASCII, and that everybody decodes.
 */
export function plainGrpcMessage(response: UniversalServerResponse): UniversalServerResponse {
  const { body, trailer } = response;
  if (body === undefined || trailer === undefined) return response;
  return { ...response, body: thenPlain(body, trailer) };
}

/** The trailer is written when the body has ended. */
async function* thenPlain(
  body: AsyncIterable<Uint8Array>,
  trailer: Headers,
): AsyncGenerator<Uint8Array> {
  yield* body;
  const message = trailer.get(NAME);
  if (message === null) return;
  const plain = message.replace(NEEDLESS, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
  trailer.set(NAME, plain);
}
