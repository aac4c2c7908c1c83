import type { FastifyInstance } from "fastify";
import { type Html, html, PAGE_HEADERS } from "../html.ts";
import type { PageAssets } from "../page-assets.ts";
import { readOnly } from "../read-only.ts";
import { ERRORS_PAGE } from "./errors-page.ts";

/** The viewer's script and style are this service's own files; nothing is inline, nothing of another host. */
const HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // The viewer's style has its icons inside.
    "img-src 'self' data:",
    // For the document, and for calls that are tried out.
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
};

/** GET /docs: the API reference; GET /docs/errors: what each refusal means. Nobody needs a key. */
export function docsRoutes(
  assets: Pick<PageAssets, "docsScript" | "docsStyle">,
): (app: FastifyInstance) => void {
  const { text } = docsPage(assets);
  return (app) => {
    readOnly(app, "/docs", (_request, reply) => reply.headers(HEADERS).send(text));
    // Relative, so that it holds behind a proxy that adds a path.
    readOnly(app, "/docs/", (_request, reply) => reply.redirect("../docs", 308));
    readOnly(app, "/docs/errors", (_request, reply) => {
      return reply.headers(PAGE_HEADERS).send(ERRORS_PAGE);
    });
  };
}

/** Addresses are relative to /docs. Without the build's files the page says where the document is. */
function docsPage({ docsScript, docsStyle }: Pick<PageAssets, "docsScript" | "docsStyle">): Html {
  const built = docsScript !== null && docsStyle !== null;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference - Payout Service</title>
<link rel="icon" href="data:,">
${built ? html`<link rel="stylesheet" href="${docsStyle}">` : null}
${built ? html`<script src="${docsScript}" defer></script>` : null}
</head>
<body>
<nav aria-label="Documentation">
<a href="./">Payout Service</a>
<a href="docs/errors">Refusals</a>
<a href="openapi.json">openapi.json</a>
</nav>
<div id="reference">
${built ? null : html`<p>The viewer is not built. <code>npm run build</code> builds it.</p>`}
<noscript><p>The viewer needs JavaScript. Everything in it is in <a href="openapi.json">openapi.json</a>.</p></noscript>
</div>
</body>
</html>
`;
}
