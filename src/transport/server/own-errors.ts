import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  encodeEnvelope,
  readAllBytes,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import {
  codeToHttpStatus,
  endStreamFlag,
  endStreamFromJson,
  endStreamToJson,
  errorFromJsonBytes,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerParse, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";

/** What a caller is told instead of an error that Connect made by itself. */
export type TellError = (error: ConnectError) => ConnectError;

/**
 * Gives the errors that Connect makes before a call begins (a message that it cannot read, an
 * envelope that is cut off, a compression that it does not know) to `tell`, and puts what that
 * answers in their place. No interceptor sees these errors, and there is no other seam: they are
 * taken from the answer, each protocol's as that protocol writes it. An error that has details was
 * made by us and stays.
 */
export function tellOwnErrors(
  response: UniversalServerResponse,
  tell: TellError,
): UniversalServerResponse | Promise<UniversalServerResponse> {
  const { body, header, trailer, status } = response;
  if (body === undefined) return response;
  const type = header?.get("content-type") ?? "";
  if (trailer !== undefined) return { ...response, body: thenTell(body, trailer, tell) };
  if (type.startsWith("application/grpc-web")) {
    return { ...response, body: withLast(body, trailerFlag, (data) => toldTrailer(data, tell)) };
  }
  if (type.startsWith("application/connect+")) {
    return { ...response, body: withLast(body, endStreamFlag, (data) => toldEnd(data, tell)) };
  }
  return status === 200 ? response : toldUnary(response, body, tell);
}

/** gRPC: the trailer is written when the body has ended. */
async function* thenTell(
  body: AsyncIterable<Uint8Array>,
  trailer: Headers,
  tell: TellError,
): AsyncGenerator<Uint8Array> {
  yield* body;
  tellTrailer(trailer, tell);
}

/** Whether something was changed. */
function tellTrailer(trailer: Headers, tell: TellError): boolean {
  const error = findTrailerError(trailer);
  if (error === undefined || error.details.length > 0) return false;
  setTrailerStatus(trailer, tell(new ConnectError(error.rawMessage, error.code)));
  return true;
}

function toldTrailer(data: Uint8Array, tell: TellError): Uint8Array | undefined {
  const trailer = trailerParse(data);
  return tellTrailer(trailer, tell) ? trailerSerialize(trailer) : undefined;
}

function toldEnd(data: Uint8Array, tell: TellError): Uint8Array | undefined {
  const { metadata, error } = endStreamFromJson(data);
  if (error === undefined || error.details.length > 0) return undefined;
  const told = tell(new ConnectError(error.rawMessage, error.code));
  return Buffer.from(JSON.stringify(endStreamToJson(metadata, told, undefined)));
}

const ENVELOPE_HEAD = 5;

/**
 * The body with the envelope that ends it rewritten. Connect gives envelopes one by one; one that
 * is compressed is larger than any error of Connect's own.
 */
async function* withLast(
  body: AsyncIterable<Uint8Array>,
  flag: number,
  rewritten: (data: Uint8Array) => Uint8Array | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const envelope of body) {
    const data = envelope[0] === flag ? rewritten(envelope.subarray(ENVELOPE_HEAD)) : undefined;
    yield data === undefined ? envelope : encodeEnvelope(flag, data);
  }
}

async function toldUnary(
  response: UniversalServerResponse,
  body: AsyncIterable<Uint8Array>,
  tell: TellError,
): Promise<UniversalServerResponse> {
  const header = new Headers(response.header);
  const bytes = await readAllBytes(body, Number.MAX_SAFE_INTEGER);
  const same = { ...response, body: only(bytes) };
  // Connect repeats what it could not read: then its error can be long enough to be compressed.
  const json = decompressed(bytes, header.get("content-encoding"));
  if (json === undefined) return same;
  header.delete("content-encoding");
  const unread = new ConnectError("no error of Connect's", Code.Unknown);
  const error = errorFromJsonBytes(json, undefined, unread);
  if (error.details.length > 0) return same;
  const told = tell(new ConnectError(error.rawMessage, error.code));
  const toldBytes = errorToJsonBytes(told, undefined);
  header.set("content-length", String(toldBytes.byteLength));
  return { ...response, status: codeToHttpStatus(told.code), header, body: only(toldBytes) };
}

/** What a request can be made to repeat, and some words (bytes). */
const MAX_ERROR_BYTES = 4 * 1024 * 1024;

/** The plain bytes; undefined for what cannot be made such. */
function decompressed(bytes: Uint8Array, encoding: string | null): Uint8Array | undefined {
  const options = { maxOutputLength: MAX_ERROR_BYTES };
  try {
    if (encoding === "gzip") return gunzipSync(bytes, options);
    if (encoding === "br") return brotliDecompressSync(bytes, options);
    return encoding === null ? bytes : undefined;
  } catch {
    return undefined;
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
