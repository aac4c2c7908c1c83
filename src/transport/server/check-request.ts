import type { IncomingMessage } from "node:http";
import type { UnreadableStatus } from "./one-port-options.ts";

/** What may stand for a host and its port; nothing that splits a URL. */
const AUTHORITY = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/**
 * Why a request is refused before anybody sees it, as its status; undefined for one that is fine.
 * These are what Node's parsers take and what two parties in a row may read in two ways: versions
 * that are neither 1.0 nor 1.1, transfer codings that nobody undoes, and two names for one host.
 */
export function refusalOf(request: IncomingMessage): UnreadableStatus | undefined {
  return request.httpVersion === "2.0" && "stream" in request
    ? refusalOfHttp2(request)
    : refusalOfHttp1(request);
}

function refusalOfHttp1(request: IncomingMessage): UnreadableStatus | undefined {
  const { httpVersion, headers, url = "" } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return 505;
  const coding = headers["transfer-encoding"];
  if (coding !== undefined) {
    // HTTP/1.0 has none: a proxy of that age would take the chunks for the body.
    if (httpVersion === "1.0") return 400;
    if (coding.toLowerCase() !== "chunked") return 501;
  }
  const { host } = headers;
  if (host === undefined && httpVersion === "1.1") return 400;
  if (!AUTHORITY.test(host ?? "") || countHosts(request.rawHeaders) > 1) return 400;
  const asked = url.startsWith("/") ? undefined : ABSOLUTE.exec(url)?.[1];
  return asked === undefined || asked === host ? undefined : 400;
}

function refusalOfHttp2({ headers }: IncomingMessage): UnreadableStatus | undefined {
  const authority = headers[":authority"];
  const { host } = headers;
  if (!AUTHORITY.test(String(authority ?? host ?? ""))) return 400;
  return host === undefined || authority === undefined || authority === host ? undefined : 400;
}

/** Node keeps the first of several. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count;
}
