import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../domain/errors.ts";
import { formatMajor } from "../../domain/money.ts";
import { isPayoutMethodKind, type PayoutMethodKind } from "../../domain/payout-method/index.ts";
import type { RecipientTrouble } from "../../domain/recipient-trouble.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import { redeemLink } from "../../service/redeem-link.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import {
  type ClaimResult,
  type OpenVisit,
  type ResultVisit,
  visitLink,
} from "../../service/visit-link.ts";
import { claimCookie, readClaimCookie } from "../claim-cookie.ts";
import { type Html, html, PAGE_HEADERS, page } from "../html.ts";
import { type Field, formField, METHOD_FIELDS, methodOf } from "./method-fields.ts";

type ActiveLink = OpenVisit;

/** A claim form is a few short fields. */
const MAX_FORM_BYTES = 16 * 1024;

/**
 * GET and POST /l/{token}: the page on which a recipient gives a payout method and so claims the
 * money. Plain HTML and plain posts. Unknown, used, expired and revoked links look alike.
 */
export function linkRoutes(context: ServiceContext): (app: FastifyInstance) => void {
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );

    const visit = (request: FastifyRequest<TokenRoute>) =>
      visitLink(context, {
        token: request.params.token,
        address: request.ip,
        claimSecret: readClaimCookie(request.headers.cookie),
      });

    app.get<TokenRoute>("/l/:token", (request, reply) =>
      guarded(context, reply, async () => {
        const link = await visit(request);
        if (link.kind === "result") return send(reply, 200, donePage(link), link);
        const query = new URLSearchParams(request.url.split("?", 2)[1] ?? "");
        // Nothing else of an address is taken: it stays in histories and in logs on the way.
        const form = new URLSearchParams({ method: query.get("method") ?? "" });
        return send(reply, 200, formPage(link, form, []), link);
      }),
    );

    app.post<TokenRoute>("/l/:token", (request, reply) =>
      guarded(context, reply, async () => {
        const { token } = request.params;
        const link = await visit(request);
        if (link.kind === "result") return send(reply, 200, donePage(link), link);
        const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
        const kind = form.get("method") ?? "";
        if (!isPayoutMethodKind(kind)) return send(reply, 400, formPage(link, form, []), link);
        try {
          const { payout, claimSecret } = await redeemLink(context, {
            token,
            address: request.ip,
            claimCode: form.get("claimCode") ?? "",
            method: methodOf(kind, form),
            person: link.asksName ? personOf(form) : null,
          });
          const framed = link.link.allowedOrigins.length > 0;
          const { publicUrl } = context;
          reply.header("set-cookie", claimCookie({ token, claimSecret, publicUrl, framed }));
          return send(reply, 200, donePage({ ...link, payout, result: "UNDER_WAY" }), link);
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          const again = (status: number, violations: readonly FieldViolation[]) =>
            send(reply, status, formPage(link, form, violations), link);
          switch (error.reason) {
            case "VALIDATION_FAILED":
              return again(400, error.violations);
            case "CLAIM_CODE_WRONG":
              return again(403, [{ field: "claimCode", message: "This is not the right code." }]);
            case "LINK_TRIES_EXHAUSTED":
              return again(429, [
                { field: "claimCode", message: "Too many tries. Wait a minute." },
              ]);
            default:
              throw error;
          }
        }
      }),
    );
  };
}

interface TokenRoute {
  Params: { token: string };
}

async function guarded(
  { log }: ServiceContext,
  reply: FastifyReply,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof ServiceError && /^LINK_/.test(error.reason)) {
      return send(reply, error.reason === "LINK_TRIES_EXHAUSTED" ? 429 : 404, goneOrUnknown());
    }
    log.error({ err: error, request_id: (reply.request as FastifyRequest).id }, "a page failed");
    return send(reply, 500, failed());
  }
}

function send(
  reply: FastifyReply,
  status: number,
  content: string,
  of: OpenVisit | ResultVisit | null = null,
): FastifyReply {
  const { "content-security-policy": policy = "", ...headers } = PAGE_HEADERS;
  const origins = of?.link.allowedOrigins ?? [];
  const framers = origins.length === 0 ? "'none'" : origins.join(" ");
  const framed = policy.replace("frame-ancestors 'none'", `frame-ancestors ${framers}`);
  return reply
    .code(status)
    .headers({ ...headers, "content-security-policy": framed })
    .send(content);
}

function personOf(form: URLSearchParams) {
  return {
    type: "INDIVIDUAL",
    individual: {
      givenName: form.get("givenName") ?? "",
      familyName: form.get("familyName") ?? "",
    },
  };
}

function formPage(
  active: ActiveLink,
  form: URLSearchParams,
  violations: readonly FieldViolation[],
): string {
  const { methods } = active;
  const wanted = form.get("method") ?? "";
  const chosen =
    methods.find((kind) => kind === wanted) ?? (methods.length === 1 ? methods[0] : undefined);
  const faults = new Map(violations.map(({ field, message }) => [formField(field), message]));
  const body = html`${summary(active)}
${chosen === undefined ? chooser(methods) : claimForm(active, chosen, form, faults)}`;
  return page("Claim your payout", body);
}

/** What was wrong with the account that was given before. */
const TROUBLES: Readonly<Record<RecipientTrouble, string>> = {
  ACCOUNT_CLOSED: "The account that you gave is closed.",
  ACCOUNT_NOT_FOUND: "The account that you gave was not found.",
  ACCOUNT_BLOCKED: "The account that you gave cannot take the money.",
  NAME_MISMATCH: "The name does not fit the account that you gave.",
  DETAILS_WRONG: "Some of the details that you gave were not right.",
  METHOD_NOT_ACCEPTED: "The money could not be paid that way.",
};

function summary({ branding, payout, link, trouble }: ActiveLink): Html {
  const expires = new Date(link.expireTime).toISOString().slice(0, 10);
  return html`<h1>${branding.name} is sending you money</h1>
${trouble === null ? null : html`<p class="fault" role="alert">${TROUBLES[trouble]} Please give another one.</p>`}
<p class="amount">${formatMajor(payout.amount)} ${payout.amount.currency}</p>
${payout.description === "" ? null : html`<p>${payout.description}</p>`}
<p class="lead">You can claim it until ${expires}.</p>`;
}

function chooser(methods: readonly PayoutMethodKind[]): Html {
  if (methods.length === 0)
    return html`<p>There is no way to pay it out to you here. Ask the sender.</p>`;
  return html`<form method="get">
<label for="method">How would you like to receive it?</label>
<select id="method" name="method">
${methods.map((kind) => html`<option value="${kind}">${METHOD_FIELDS[kind]?.title ?? kind}</option>`)}
</select>
<button>Continue</button>
</form>`;
}

function claimForm(
  { link, asksName }: ActiveLink,
  kind: PayoutMethodKind,
  form: URLSearchParams,
  faults: ReadonlyMap<string, string>,
): Html {
  const { title = kind, fields = [] } = METHOD_FIELDS[kind] ?? {};
  const name = [
    { name: "givenName", label: "Your given name" },
    { name: "familyName", label: "Your family name" },
  ];
  const code: Field = {
    name: "claimCode",
    label: "Claim code that the sender gave you",
    untold: true,
  };
  const asked: readonly Field[] = [
    ...(asksName ? name : []),
    ...fields,
    ...(link.requiresClaimCode ? [code] : []),
  ];
  return html`<h2>${title}</h2>
<form method="post">
<input type="hidden" name="method" value="${kind}">
${asked.map((field) => input(field, field.untold ? "" : (form.get(field.name) ?? ""), faults.get(field.name)))}
<button>Claim the money</button>
</form>`;
}

function input({ name, label, options }: Field, value: string, fault: string | undefined): Html {
  const control =
    options === undefined
      ? html`<input id="${name}" name="${name}" value="${value}" autocomplete="off" required>`
      : html`<select id="${name}" name="${name}">${options.map(
          ([each, text]) => html`<option value="${each}">${text}</option>`,
        )}</select>`;
  return html`<label for="${name}">${label}</label>
${control}
${fault === undefined ? null : html`<p class="fault" role="alert">${fault}</p>`}`;
}

const RESULTS: Readonly<Record<ClaimResult, readonly [title: string, more: string]>> = {
  UNDER_WAY: ["It is on its way", "is sending the money to the account that you gave."],
  PAID: ["It has been paid", "has sent the money to the account that you gave."],
  FAILED: ["It was not paid", "can tell you more: nothing was sent to you."],
  RETURNED: ["It has come back", "can tell you more: your bank has returned the money."],
};

function donePage({
  branding,
  payout: { amount },
  result,
}: Pick<ResultVisit, "branding" | "payout" | "result">): string {
  const [title, more] = RESULTS[result];
  return page(
    "Your payout",
    html`<h1>${title}</h1>
<p class="amount">${formatMajor(amount)} ${amount.currency}</p>
<p>${branding.name} ${more} You can close this page.</p>`,
  );
}

function goneOrUnknown(): string {
  return page(
    "Not available",
    html`<h1>This link is not available</h1>
<p>It may have been used, it may have expired, or it was never there. Ask whoever sent it to you for a new one.</p>`,
  );
}

function failed(): string {
  return page(
    "Something went wrong",
    html`<h1>Something went wrong</h1><p>Please try again in a moment.</p>`,
  );
}
