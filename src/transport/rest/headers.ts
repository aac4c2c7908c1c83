/** Response headers in Node's form. */
export type HeaderRecord = Record<string, string | string[]>;

/** Framing belongs to the server, and hop-by-hop headers are an error in HTTP/2. */
const reserved: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Adds what a handler set to the response, save headers that frame it. Cookies add up. */
export function mergeHeaders(into: HeaderRecord, from: Headers): void {
  for (const [name, value] of from) {
    if (name === "set-cookie") {
      into[name] = from.getSetCookie();
    } else if (!reserved.has(name)) {
      into[name] = value;
    }
  }
}

/** Makes Headers of Node's request headers, without the pseudo-headers of HTTP/2. */
export function toHeaders(from: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined || name.startsWith(":")) {
      continue;
    }
    for (const single of Array.isArray(value) ? value : [value]) {
      headers.append(name, single);
    }
  }
  return headers;
}
