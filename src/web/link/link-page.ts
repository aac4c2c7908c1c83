import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../domain/errors.ts";
import { parsePayoutMethod } from "../../domain/payout-method/index.ts";
import { parsePerson } from "../../domain/person.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import { newClaimSecret, redeemLink } from "../../service/redeem-link.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { type OpenVisit, type ResultVisit, resultOf, visitLink } from "../../service/visit-link.ts";
import { claimCookies, readClaimCookie } from "../claim-cookie.ts";
import type { PageAssets } from "../page-assets.ts";
import { type Draft, openDraft, sealDraft } from "./draft.ts";
import { faultsOf, fieldWords } from "./faults.ts";
import type { PageMethod } from "./languages/words.ts";
import { chooseLocale, type Locale } from "./locale.ts";
import { CLAIM_CODE, type FormValues, methodOf, PAGE_METHODS, personOf } from "./method-fields.ts";
import { pageHeaders } from "./page-headers.ts";
import { failedPage, unavailablePage } from "./steps/apart.ts";
import { choosePage } from "./steps/choose.ts";
import { fieldsOf, formPage } from "./steps/form.ts";
import { resultPage } from "./steps/result.ts";
import { draftOf, reviewPage } from "./steps/review.ts";
import type { Fault, OpenView, Visited } from "./view.ts";

/** A claim form is a few short fields, or a draft of them. */
const MAX_FORM_BYTES = 16 * 1024;

interface TokenRoute {
  Params: { token: string };
}

/** A page and its status. */
interface Page {
  readonly status: number;
  readonly content: string;
  /** Whose link it is; null for pages that must not tell. */
  readonly of: Visited | null;
  readonly location?: string;
}

/**
 * GET and POST /l/{token}: the page on which a recipient gives a payout method, checks it, claims the
 * money and follows it. Server-rendered, with plain posts; the script only helps. Unknown, used, expired
 * and revoked links look alike, save to the browser that claimed one.
 */
export function linkRoutes(
  context: ServiceContext,
  assets: PageAssets,
): (app: FastifyInstance) => void {
  const page = new LinkPage(context, assets);
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    app.get<TokenRoute>("/l/:token", (request, reply) => page.open(request, reply));
    app.post<TokenRoute>("/l/:token", (request, reply) => page.post(request, reply));
  };
}

type Request = FastifyRequest<TokenRoute>;

class LinkPage {
  readonly #context: ServiceContext;
  readonly #assets: PageAssets;

  constructor(context: ServiceContext, assets: PageAssets) {
    this.#context = context;
    this.#assets = assets;
  }

  open(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    return this.#guarded(request, reply, async (view) => {
      // Nothing else of an address is taken: it stays in histories and in logs on the way.
      const kind = kindOf(view, queryOf(request).get("method") ?? "");
      const content =
        kind === undefined ? choosePage(view) : formPage(view, kind, new URLSearchParams());
      return pageOf(view, 200, content);
    });
  }

  post(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    return this.#guarded(request, reply, async (view) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const sealed = form.get("draft");
      if (sealed === null) return this.#review(view, form, request, reply);
      const draft = openDraft(this.#context, view.visit.link, sealed);
      const kind = kindOf(view, draft?.get("method") ?? "");
      if (draft === null || kind === undefined) {
        const { giveAgain } = view.locale.words;
        return pageOf(view, 400, choosePage(view, [{ field: null, message: giveAgain }]));
      }
      if (form.get("step") === "edit") {
        return pageOf(view, 200, formPage(view, kind, valuesOf(draft), [], true));
      }
      return this.#claim({ view, kind, draft, sealed, form }, request, reply);
    });
  }

  /** The form's data are checked by the rules that redeeming has, and shown once more. */
  #review(view: OpenView, form: URLSearchParams, request: Request, reply: FastifyReply): Page {
    const kind = kindOf(view, form.get("method") ?? "");
    if (kind === undefined) return pageOf(view, 400, choosePage(view));
    const violations = this.#violations(view.visit, kind, form);
    if (violations.length > 0) return faulty(view, kind, form, violations);
    const draft = draftOf(kind, fieldsOf(view, kind), form);
    const sealed = sealDraft(this.#context, view.visit.link, draft);
    // Before the claim: whoever loses the answer to it still sees the result.
    if (secretOf(request) === "") {
      this.#giveCookie(view.visit, request, reply, newClaimSecret(this.#context));
    }
    return pageOf(view, 200, reviewPage(view, kind, draft, sealed));
  }

  async #claim(
    { view, kind, draft, sealed, form }: Claim,
    request: Request,
    reply: FastifyReply,
  ): Promise<Page> {
    const { visit, locale } = view;
    const { words } = locale;
    const claimCode = (form.get(CLAIM_CODE.name) ?? "").trim();
    const codeFault = (status: number, message: string): Page => {
      const fault: Fault = { field: CLAIM_CODE.name, message };
      return pageOf(view, status, reviewPage(view, kind, draft, sealed, [fault]));
    };
    const details = valuesOf(draft);
    const given = secretOf(request);
    try {
      const { payout, claimSecret } = await redeemLink(this.#context, {
        token: request.params.token,
        address: request.ip,
        claimCode,
        claimSecret: given,
        method: methodOf(kind, details),
        person: visit.asksName ? personOf(details) : null,
      });
      this.#giveCookie(visit, request, reply, claimSecret);
      // A page of its own, for browsers that keep cookies. Relative: the token is in no header.
      if (given !== "") {
        return { status: 303, content: "", of: visit, location: `?lang=${locale.language}` };
      }
      return this.#result(
        { ...visit, kind: "result", payout, result: resultOf(payout.status) },
        locale,
      );
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      switch (error.reason) {
        case "CLAIM_CODE_WRONG": {
          const { missing, wrong } = fieldWords(words, CLAIM_CODE.text, visit.branding.name);
          return codeFault(403, claimCode === "" ? missing : wrong);
        }
        case "LINK_TRIES_EXHAUSTED":
          if (visit.link.requiresClaimCode) return codeFault(429, words.tooManyTries);
          throw error;
        case "VALIDATION_FAILED":
          return faulty(view, kind, details, error.violations);
        case "CONNECTOR_UNSUPPORTED": {
          const fault: Fault = { field: null, message: words.cannotPayThere };
          return pageOf(view, 400, choosePage(view, [fault]));
        }
        case "LINK_NOT_FOUND":
        case "LINK_STATE_CONFLICT": {
          // Claimed meanwhile: perhaps by this very browser, with a button that was pressed twice.
          const now = await this.#visit(request);
          if (now.kind === "result") return this.#result(now, locale);
          throw error;
        }
        default:
          throw error;
      }
    }
  }

  #visit(request: Request): Promise<OpenVisit | ResultVisit> {
    const { token } = request.params;
    const claimSecret = secretOf(request);
    return visitLink(this.#context, { token, address: request.ip, claimSecret });
  }

  #result(visit: ResultVisit, locale: Locale): Page {
    const content = resultPage({ assets: this.#assets, locale, visit }, this.#context.clock.now());
    return { status: 200, content, of: visit };
  }

  #violations(
    { asksName }: OpenVisit,
    kind: PageMethod,
    form: FormValues,
  ): readonly FieldViolation[] {
    const at = { now: this.#context.clock.now() };
    const method = parsePayoutMethod(methodOf(kind, form), at, "payout_method_data");
    const person = asksName ? parsePerson(personOf(form), at, "recipient") : null;
    return [...(person?.violations ?? []), ...(method.violations ?? [])];
  }

  #giveCookie({ link }: Visited, request: Request, reply: FastifyReply, claimSecret: string) {
    const { token } = request.params;
    const { publicUrl } = this.#context;
    const framed = link.allowedOrigins.length > 0;
    const { cookie } = request.headers;
    reply.header("set-cookie", claimCookies({ token, claimSecret, publicUrl, framed }, cookie));
  }

  /** Answers a link that can be claimed; its result to the browser that claimed it; one page to others. */
  async #guarded(
    request: Request,
    reply: FastifyReply,
    answer: (view: OpenView) => Promise<Page>,
  ): Promise<FastifyReply> {
    try {
      const visit = await this.#visit(request);
      const locale = localeOf(request, visit.link.locale);
      if (visit.kind === "result") return send(reply, this.#result(visit, locale));
      const methods = PAGE_METHODS.filter((kind) => visit.methods.includes(kind));
      return send(reply, await answer({ assets: this.#assets, locale, visit, methods }));
    } catch (error) {
      const locale = localeOf(request, "");
      if (error instanceof ServiceError && /^LINK_/.test(error.reason)) {
        const status = error.reason === "LINK_TRIES_EXHAUSTED" ? 429 : 404;
        return send(reply, { status, content: unavailablePage(this.#assets, locale), of: null });
      }
      this.#context.log.error({ err: error, request_id: request.id }, "a page failed");
      return send(reply, { status: 500, content: failedPage(this.#assets, locale), of: null });
    }
  }
}

interface Claim {
  readonly view: OpenView;
  readonly kind: PageMethod;
  readonly draft: Draft;
  readonly sealed: string;
  readonly form: URLSearchParams;
}

/** The method that is asked for, or the only one that there is; undefined when one is to be chosen. */
function kindOf({ methods }: OpenView, wanted: string): PageMethod | undefined {
  const kind = methods.find((each) => each === wanted);
  return kind ?? (wanted === "" && methods.length === 1 ? methods[0] : undefined);
}

function faulty(
  view: OpenView,
  kind: PageMethod,
  form: FormValues,
  violations: readonly FieldViolation[],
): Page {
  const { locale, visit } = view;
  const about = { words: locale.words, merchant: visit.branding.name };
  const faults = faultsOf(violations, fieldsOf(view, kind), form, about);
  return pageOf(view, 400, formPage(view, kind, form, faults, true));
}

function pageOf({ visit }: OpenView, status: number, content: string): Page {
  return { status, content, of: visit };
}

function valuesOf(draft: Draft): FormValues {
  return { get: (name) => draft.get(name) ?? null };
}

function localeOf(request: Request, link: string): Locale {
  return chooseLocale({
    chosen: queryOf(request).get("lang") ?? "",
    link,
    accepted: request.headers["accept-language"] ?? "",
  });
}

function secretOf({ headers, params }: Request): string {
  return readClaimCookie(headers.cookie, params.token);
}

function queryOf({ url }: Request): URLSearchParams {
  return new URLSearchParams(url.split("?", 2)[1] ?? "");
}

function send(reply: FastifyReply, { status, content, of, location }: Page): FastifyReply {
  if (location !== undefined) reply.header("location", location);
  return reply.code(status).headers(pageHeaders(of?.link.allowedOrigins)).send(content);
}
