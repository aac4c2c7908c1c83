/**
 * Headers of a link's pages: script and style are this service's own files, nothing is inline, nothing
 * of another host is asked for, nothing is kept.
 *
 * @param embedders origins that may frame the page; by default none
 */
export function pageHeaders(embedders: readonly string[] = []): Readonly<Record<string, string>> {
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${embedders.length === 0 ? "'none'" : embedders.join(" ")}`,
    ].join("; "),
    // no-referrer would make form posts send "Origin: null".
    "referrer-policy": "strict-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    vary: "accept-language, cookie",
  };
}
