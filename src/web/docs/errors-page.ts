import { errorTitle } from "../../domain/error-title.ts";
import { catalogueEntry, ERROR_CATALOGUE, type ErrorReason } from "../../domain/errors.ts";
import { type Html, html, page } from "../html.ts";

const REASONS = (Object.keys(ERROR_CATALOGUE) as ErrorReason[]).sort();

/** Where the `type` of a refusal leads: each reason under an anchor of its own. */
export const ERRORS_PAGE = page(
  "Refusals - Payout Service",
  html`
<p><a href="../docs">API reference</a></p>
<h1>Refusals</h1>
<p class="lead">Why a call can be refused. On REST the answer is <code>application/problem+json</code> with the
<code>reason</code>; on gRPC and Connect the reason is in a <code>google.rpc.ErrorInfo</code>, beside the code. A reason is
never renamed. What is retryable may succeed later, unchanged: the header <code>retry-after</code> says when.</p>
<p>A payout that the processor declines is not refused: the call succeeds, and the payout says FAILED.</p>
${REASONS.map(section)}`,
);

function section(reason: ErrorReason): Html {
  const { code, httpStatus, message, retryable = false } = catalogueEntry(reason);
  return html`
<h2 id="${reason.toLowerCase()}">${errorTitle(reason)}</h2>
<p>${message}</p>
<dl>
<dt>Reason</dt><dd><code>${reason}</code></dd>
<dt>HTTP status</dt><dd>${httpStatus}</dd>
<dt>Code</dt><dd><code>${code.toUpperCase()}</code></dd>
<dt>Retryable</dt><dd>${retryable ? "yes" : "no"}</dd>
</dl>`;
}
