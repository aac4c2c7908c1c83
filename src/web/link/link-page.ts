import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { brandingOf } from "../../domain/branding.ts";
import { ServiceError } from "../../domain/errors.ts";
import { parsePayoutMethod } from "../../domain/payout-method/index.ts";
import { parsePerson } from "../../domain/person.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import { limits } from "../../limits.ts";
import { type FollowedLink, followLink, issueReceipt } from "../../service/follow-link.ts";
import { offeredMethods } from "../../service/link-methods.ts";
import { findActiveLink, redeemLink } from "../../service/redeem-link.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import type { PageAssets } from "../page-assets.ts";
import { type Draft, openDraft, sealDraft } from "./draft.ts";
import { faultsOf, fieldWords } from "./faults.ts";
import type { PageMethod } from "./languages/words.ts";
import { chooseLocale, type Locale } from "./locale.ts";
import { CLAIM_CODE, type FormValues, methodOf, PAGE_METHODS, personOf } from "./method-fields.ts";
import { pageHeaders } from "./page-headers.ts";
import { readReceipt, writeReceipt } from "./receipt.ts";
import { failedPage, unavailablePage } from "./steps/apart.ts";
import { choosePage } from "./steps/choose.ts";
import { fieldsOf, formPage } from "./steps/form.ts";
import { resultPage } from "./steps/result.ts";
import { draftOf, reviewPage } from "./steps/review.ts";
import { TryLimiter } from "./try-limiter.ts";
import type { ActiveLink, Fault, View } from "./view.ts";

/** A claim form is a few short fields, or a draft of them. */
const MAX_FORM_BYTES = 16 * 1024;

interface TokenRoute {
  Params: { token: string };
}

/** A page and its status. */
interface Page {
  readonly status: number;
  readonly content: string;
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
  readonly #limiter: TryLimiter;

  constructor(context: ServiceContext, assets: PageAssets) {
    this.#context = context;
    this.#assets = assets;
    this.#limiter = new TryLimiter(context.clock, limits.claimCodes);
  }

  open(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    return this.#guarded(request, reply, async () => {
      const view = await this.#view(request);
      // Nothing else of an address is taken: it stays in histories and in logs on the way.
      const kind = this.#kind(view, queryOf(request).get("method") ?? "");
      const content =
        kind === undefined ? choosePage(view) : formPage(view, kind, new URLSearchParams());
      return { status: 200, content };
    });
  }

  post(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    return this.#guarded(request, reply, async () => {
      const view = await this.#view(request);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const sealed = form.get("draft");
      if (sealed === null) return this.#review(view, form, request, reply);
      const draft = openDraft(this.#context, view.active.link, sealed);
      const kind = this.#kind(view, draft?.get("method") ?? "");
      if (draft === null || kind === undefined) {
        const { giveAgain } = view.locale.words;
        return { status: 400, content: choosePage(view, [{ field: null, message: giveAgain }]) };
      }
      if (form.get("step") === "edit") {
        return { status: 200, content: formPage(view, kind, values(draft), [], true) };
      }
      return this.#claim({ view, kind, draft, sealed, form }, request, reply);
    });
  }

  /** The form's data are checked by the rules that redeeming has, and shown once more. */
  #review(view: View, form: URLSearchParams, request: Request, reply: FastifyReply): Page {
    const kind = this.#kind(view, form.get("method") ?? "");
    if (kind === undefined) return { status: 400, content: choosePage(view) };
    const fields = fieldsOf(view, kind);
    const violations = this.#violations(view.active, kind, form);
    if (violations.length > 0) return this.#faulty(view, kind, form, violations);
    const draft = draftOf(kind, fields, form);
    const sealed = sealDraft(this.#context, view.active.link, draft);
    // Whether it comes back tells whether the result can be a page of its own.
    if (readReceipt(request, request.params.token) === null)
      writeReceipt(reply, this.#place(request), null);
    return { status: 200, content: reviewPage(view, kind, draft, sealed) };
  }

  async #claim(
    { view, kind, draft, sealed, form }: Claim,
    request: Request,
    reply: FastifyReply,
  ): Promise<Page> {
    const { token } = request.params;
    const { link, branding, hint } = view.active;
    const { words } = view.locale;
    const codeFault = (status: number, message: string): Page => {
      const fault: Fault = { field: CLAIM_CODE.name, message };
      return { status, content: reviewPage(view, kind, draft, sealed, [fault]) };
    };
    const { linkId, requiresClaimCode } = link;
    if (requiresClaimCode && !this.#limiter.begin(linkId)) {
      return codeFault(429, words.tooManyTries);
    }
    const details = values(draft);
    try {
      const payout = await redeemLink(this.#context, {
        token,
        claimCode: (form.get(CLAIM_CODE.name) ?? "").trim(),
        method: methodOf(kind, details),
        person: hint === null ? personOf(details) : null,
      });
      if (requiresClaimCode) this.#limiter.giveBack(linkId);
      const keepsCookies = readReceipt(request, token) !== null;
      writeReceipt(reply, this.#place(request), await issueReceipt(this.#context, token));
      // Relative: the token is in no header.
      const location = `?lang=${view.locale.language}`;
      if (keepsCookies) return { status: 303, content: "", location };
      return { status: 200, content: resultPage(view, payout, this.#context.clock.now()) };
    } catch (error) {
      const isWrong = error instanceof ServiceError && error.reason === "CLAIM_CODE_WRONG";
      if (requiresClaimCode && !isWrong) this.#limiter.giveBack(linkId);
      if (!(error instanceof ServiceError)) throw error;
      if (isWrong) {
        const { missing, wrong } = fieldWords(words, CLAIM_CODE.text, branding.name);
        return codeFault(403, (form.get(CLAIM_CODE.name) ?? "").trim() === "" ? missing : wrong);
      }
      if (error.reason === "VALIDATION_FAILED") {
        return this.#faulty(view, kind, details, error.violations);
      }
      if (error.reason === "CONNECTOR_UNSUPPORTED") {
        const fault: Fault = { field: null, message: words.cannotPayThere };
        return { status: 400, content: choosePage(view, [fault]) };
      }
      throw error;
    }
  }

  #faulty(
    view: View,
    kind: PageMethod,
    form: FormValues,
    violations: readonly FieldViolation[],
  ): Page {
    const faults = faultsOf(violations, fieldsOf(view, kind), form, {
      words: view.locale.words,
      merchant: view.active.branding.name,
    });
    return { status: 400, content: formPage(view, kind, form, faults, true) };
  }

  #violations({ hint }: ActiveLink, kind: PageMethod, form: FormValues): readonly FieldViolation[] {
    const at = { now: this.#context.clock.now() };
    const method = parsePayoutMethod(methodOf(kind, form), at, "payout_method_data");
    const person = hint === null ? parsePerson(personOf(form), at, "recipient") : null;
    return [...(person?.violations ?? []), ...(method.violations ?? [])];
  }

  /** The method that is asked for, or the only one that there is; undefined when one is to be chosen. */
  #kind({ methods }: View, wanted: string): PageMethod | undefined {
    const kind = methods.find((each) => each === wanted);
    return kind ?? (wanted === "" && methods.length === 1 ? methods[0] : undefined);
  }

  async #view(request: Request): Promise<View> {
    const found = await findActiveLink(this.#context, request.params.token);
    return {
      assets: this.#assets,
      locale: localeOf(request, found.link.locale),
      active: branded(found),
      methods: await offeredMethods(this.#context, found, PAGE_METHODS),
    };
  }

  #place({ params: { token } }: Request) {
    return { publicUrl: this.#context.publicUrl, token };
  }

  async #guarded(
    request: Request,
    reply: FastifyReply,
    answer: () => Promise<Page>,
  ): Promise<FastifyReply> {
    try {
      const { status, content, location } = await answer();
      if (location !== undefined) reply.header("location", location);
      return send(reply, status, content);
    } catch (error) {
      if (error instanceof ServiceError && /^LINK_/.test(error.reason)) {
        return this.#ended(request, reply);
      }
      this.#context.log.error({ err: error, request_id: request.id }, "a page failed");
      return send(reply, 500, failedPage(this.#assets, localeOf(request, "")));
    }
  }

  /** A link that cannot be claimed now: its result to the browser that claimed it. */
  async #ended(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const { token } = request.params;
    try {
      const found = await followLink(this.#context, {
        token,
        receipt: readReceipt(request, token) ?? "",
      });
      const locale = localeOf(request, found.link.locale);
      const view = { assets: this.#assets, locale, active: branded(found) };
      return send(reply, 200, resultPage(view, found.payout, this.#context.clock.now()));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return send(reply, 404, unavailablePage(this.#assets, localeOf(request, "")));
    }
  }
}

interface Claim {
  readonly view: View;
  readonly kind: PageMethod;
  readonly draft: Draft;
  readonly sealed: string;
  readonly form: URLSearchParams;
}

function branded(found: FollowedLink): ActiveLink {
  return { ...found, branding: brandingOf(found.merchantName) };
}

function values(draft: Draft): FormValues {
  return { get: (name) => draft.get(name) ?? null };
}

function localeOf(request: Request, link: string): Locale {
  return chooseLocale({
    chosen: queryOf(request).get("lang") ?? "",
    link,
    accepted: request.headers["accept-language"] ?? "",
  });
}

function queryOf({ url }: Request): URLSearchParams {
  return new URLSearchParams(url.split("?", 2)[1] ?? "");
}

function send(reply: FastifyReply, status: number, content: string): FastifyReply {
  return reply.code(status).headers(pageHeaders()).send(content);
}
