import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import type { FakeReply } from "../support/reply.ts";
import type { LegalEntity } from "./legal-entities.ts";

/** How long a link can be opened, as the document says. */
export const linkLivesMs = 4 * 60 * 1000;

/** Where the links of the hosted page lead. No document describes it: it is for people. */
export const onboardingPath = "/hosted-onboarding";

/** The processor's own pages for a person's data. A link opens once, within four minutes. */
export class HostedOnboarding {
  readonly #http: FakeProcessor;
  readonly #completed: (entity: LegalEntity) => void;
  readonly #links = new Map<
    string,
    { entity: LegalEntity; redirectUrl: string | undefined; expiry: number }
  >();

  constructor(http: FakeProcessor, completed: (entity: LegalEntity) => void) {
    this.#http = http;
    this.#completed = completed;
    const why = "a page for people";
    http.route("GET", `${onboardingPath}/{token}`, (request) => this.#open(request), why);
  }

  link(entity: LegalEntity, redirectUrl: string | undefined): string {
    const token = this.#http.ids.next("xtl-", 32);
    const expiry = this.#http.clock.now() + linkLivesMs;
    this.#links.set(token, { entity, redirectUrl, expiry });
    const query = new URLSearchParams({ expiry: String(expiry) });
    if (redirectUrl !== undefined) query.set("redirectUrl", redirectUrl);
    return `${this.#http.url}${onboardingPath}/${token}?${query}`;
  }

  /** Whoever opens the page has filled it in. */
  #open({ params }: CapturedRequest): FakeReply {
    const token = params["token"] ?? "";
    const link = this.#links.get(token);
    this.#links.delete(token);
    if (!link || this.#http.clock.now() > link.expiry) return { status: 410, body: "link expired" };
    this.#completed(link.entity);
    if (link.redirectUrl === undefined) return { status: 200, body: "thank you" };
    return { status: 303, headers: { location: link.redirectUrl } };
  }
}
