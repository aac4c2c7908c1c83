import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../domain/errors.ts";
import { formatMajor } from "../../domain/money.ts";
import type { Payout } from "../../domain/payout.ts";
import {
  isPayoutMethodKind,
  type PayoutMethodKind,
  railAcceptsCurrency,
} from "../../domain/payout-method/index.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import { limits } from "../../limits.ts";
import { findActiveLink, redeemLink } from "../../service/redeem-link.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { type Html, html, PAGE_HEADERS, page } from "../html.ts";
import { type Field, formField, METHOD_FIELDS, methodOf } from "./method-fields.ts";
import { TryLimiter } from "./try-limiter.ts";

type ActiveLink = Awaited<ReturnType<typeof findActiveLink>>;

/** A claim form is a few short fields. */
const MAX_FORM_BYTES = 16 * 1024;

/**
 * GET and POST /l/{token}: the page on which a recipient gives a payout method and so claims the
 * money. Plain HTML and plain posts. Unknown, used, expired and revoked links look alike.
 */
export function linkRoutes(context: ServiceContext): (app: FastifyInstance) => void {
  const limiter = new TryLimiter(context.clock, limits.claimCodes);
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );

    app.get<TokenRoute>("/l/:token", (request, reply) =>
      guarded(context, reply, async () => {
        const link = await findActiveLink(context, request.params.token);
        const query = new URLSearchParams(request.url.split("?", 2)[1] ?? "");
        // Nothing else of an address is taken: it stays in histories and in logs on the way.
        const form = new URLSearchParams({ method: query.get("method") ?? "" });
        return send(reply, 200, formPage(link, form, []));
      }),
    );

    app.post<TokenRoute>("/l/:token", (request, reply) =>
      guarded(context, reply, async () => {
        const { token } = request.params;
        const link = await findActiveLink(context, token);
        const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
        const kind = form.get("method") ?? "";
        if (!isPayoutMethodKind(kind)) return send(reply, 400, formPage(link, form, []));
        const { linkId, requiresClaimCode } = link.link;
        if (requiresClaimCode && !limiter.begin(linkId)) {
          const violation = { field: "claimCode", message: "Too many tries. Wait a minute." };
          return send(reply, 429, formPage(link, form, [violation]));
        }
        try {
          const payout = await redeemLink(context, {
            token,
            claimCode: form.get("claimCode") ?? "",
            method: methodOf(kind, form),
            person: link.hint === null ? personOf(form) : null,
          });
          return send(reply, 200, donePage(link, payout));
        } catch (error) {
          const isWrong = error instanceof ServiceError && error.reason === "CLAIM_CODE_WRONG";
          if (requiresClaimCode && !isWrong) limiter.giveBack(linkId);
          if (!(error instanceof ServiceError)) throw error;
          if (error.reason === "VALIDATION_FAILED") {
            return send(reply, 400, formPage(link, form, error.violations));
          }
          if (error.reason === "CLAIM_CODE_WRONG") {
            const violation = { field: "claimCode", message: "This is not the right code." };
            return send(reply, 403, formPage(link, form, [violation]));
          }
          throw error;
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
      return send(reply, 404, goneOrUnknown());
    }
    log.error({ err: error, request_id: (reply.request as FastifyRequest).id }, "a page failed");
    return send(reply, 500, failed());
  }
}

function send(reply: FastifyReply, status: number, content: string): FastifyReply {
  return reply.code(status).headers(PAGE_HEADERS).send(content);
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

function methodsOf({ link, payout }: ActiveLink): readonly PayoutMethodKind[] {
  const kinds = Object.keys(METHOD_FIELDS) as PayoutMethodKind[];
  return kinds.filter(
    (kind) =>
      railAcceptsCurrency(kind, payout.destinationCurrency) &&
      (link.allowedMethods.length === 0 || link.allowedMethods.includes(kind)),
  );
}

function formPage(
  active: ActiveLink,
  form: URLSearchParams,
  violations: readonly FieldViolation[],
): string {
  const methods = methodsOf(active);
  const wanted = form.get("method") ?? "";
  const chosen =
    methods.find((kind) => kind === wanted) ?? (methods.length === 1 ? methods[0] : undefined);
  const faults = new Map(violations.map(({ field, message }) => [formField(field), message]));
  const body = html`${summary(active)}
${chosen === undefined ? chooser(methods) : claimForm(active, chosen, form, faults)}`;
  return page("Claim your payout", body);
}

function summary({ merchantName, payout, link }: ActiveLink): Html {
  const expires = new Date(link.expireTime).toISOString().slice(0, 10);
  return html`<h1>${merchantName} is sending you money</h1>
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
  { link, hint }: ActiveLink,
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
    ...(hint === null ? name : []),
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

function donePage({ merchantName }: ActiveLink, { amount }: Payout): string {
  return page(
    "Your payout is on its way",
    html`<h1>It is on its way</h1>
<p class="amount">${formatMajor(amount)} ${amount.currency}</p>
<p>${merchantName} is sending the money to the account that you gave. You can close this page.</p>`,
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
