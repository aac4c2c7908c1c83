import type { Answer } from "./answer.ts";

interface Read {
  readonly answer: Answer;
  /** Whether the connection can carry another call. */
  readonly reusable: boolean;
  /** Bytes that came after the answer. */
  readonly rest: number;
}

/**
 * Reads an HTTP/1.1 answer; undefined while it is not whole. `isEnd`: nothing more will come, so what is
 * there is the answer as far as it came.
 */
export function readHttp1(bytes: Buffer, isHead: boolean, isEnd: boolean): Read | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  // 100 Continue stands before the answer.
  if (status >= 100 && status < 200 && status !== 101) {
    return readHttp1(bytes.subarray(end + 4), isHead, isEnd);
  }
  const headers = headersOf(lines);
  const from = end + 4;
  const answer = (body: Buffer, trailers: readonly string[], complete: boolean): Answer => ({
    kind: "http",
    status,
    headers,
    trailers: headersOf(trailers),
    body,
    complete,
  });
  const reusable = headers.get("connection")?.toLowerCase() !== "close";
  if (headers.get("transfer-encoding") === "chunked" && !isHead) {
    const { body, trailers, next, isWhole } = readChunks(bytes, from);
    if (!isWhole && !isEnd) return undefined;
    return { answer: answer(body, trailers, isWhole), reusable, rest: bytes.length - next };
  }
  const bare = isHead || status === 204 || status === 304;
  const given = headers.get("content-length");
  const length = bare ? 0 : Number(given ?? (isEnd ? bytes.length - from : Number.NaN));
  if (Number.isNaN(length)) return undefined;
  if (bytes.length < from + length && !isEnd) return undefined;
  const body = bytes.subarray(from, from + length);
  const complete = body.length === length;
  return { answer: answer(body, [], complete), reusable, rest: bytes.length - from - body.length };
}

function readChunks(bytes: Buffer, from: number) {
  const chunks: Buffer[] = [];
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size =
      lineEnd === -1 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (Number.isNaN(size)) break;
    if (size === 0) {
      const end = bytes.indexOf("\r\n\r\n", lineEnd);
      if (end === -1) break;
      const trailers =
        end === lineEnd ? [] : bytes.toString("latin1", lineEnd + 2, end).split("\r\n");
      return { body: Buffer.concat(chunks), trailers, next: end + 4, isWhole: true };
    }
    if (bytes.length < lineEnd + 2 + size + 2) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return { body: Buffer.concat(chunks), trailers: [], next: bytes.length, isWhole: false };
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
