import type { FastifyInstance } from "fastify";
import { html, PAGE_HEADERS, page } from "../html.ts";

const HOME = page(
  "Payout Service",
  html`
<h1>Payout Service</h1>
<p class="lead">Sends money out, through any processor, once. This is its address; there is nothing to click here yet.</p>
<h2>One port, four ways in</h2>
<dl>
<dt>REST</dt><dd><code>POST /v1/payouts</code> with JSON, and everything else under <code>/v1</code></dd>
<dt>gRPC</dt><dd><code>payout.v1.PayoutService</code>, with or without TLS</dd>
<dt>gRPC-Web, Connect</dt><dd><code>POST /payout.v1.PayoutService/Create</code></dd>
</dl>
<p>Every call but those below carries <code>Authorization: Bearer &lt;API key&gt;</code>. The first key was printed when the service first started.</p>
<h2>Without a key</h2>
<dl>
<dt>API reference</dt><dd><a href="docs">/docs</a>, and what each refusal means at <a href="docs/errors">/docs/errors</a></dd>
<dt>OpenAPI 3.1</dt><dd><a href="openapi.json">/openapi.json</a></dd>
<dt>Health</dt><dd><a href="/livez">/livez</a>, <a href="/readyz">/readyz</a>, and <code>grpc.health.v1.Health</code></dd>
<dt>Schema</dt><dd>gRPC server reflection, v1 and v1alpha: <code>buf curl --list-methods</code> and grpcurl need nothing else</dd>
</dl>
<h2>Connectors</h2>
<p><code>GET /v1/connectors</code> says which processors are built in and what they can do. Test merchants have the <code>sandbox</code>.</p>
`,
);

/** GET /: where things are, until the dashboard comes. */
export function homeRoutes(app: FastifyInstance): void {
  app.get("/", (_request, reply) => reply.headers(PAGE_HEADERS).send(HOME));
}
