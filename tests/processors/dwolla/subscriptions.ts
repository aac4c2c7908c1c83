import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import type { IdSource } from "../support/ids.ts";
import { at, type Json, textAt } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";
import type { WebhookSender } from "../support/webhook-sender.ts";
import type { Hal } from "./hal.ts";
import { badRequest, notFound, Refusal, refusable, validation } from "./refusal.ts";

interface Subscription {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly created: number;
  paused: boolean;
}

const mostSubscriptions = 5;

/** Where webhooks go and what they are signed with. Of several subscriptions the newest one counts. */
export class Subscriptions {
  /** What signs while there is no subscription, for tests that set the address themselves. */
  usualSecret: string;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(clock: Clock, ids: IdSource, usualSecret: string) {
    this.#clock = clock;
    this.#ids = ids;
    this.usualSecret = usualSecret;
  }

  get secret(): string {
    return this.#active()?.secret ?? this.usualSecret;
  }

  serve(http: FakeProcessor, hal: Hal, webhooks: () => WebhookSender): void {
    const find = ({ params }: CapturedRequest): Subscription => {
      const found = this.#subscriptions.get(params["id"] ?? "");
      if (!found) throw notFound();
      return found;
    };
    const readdress = () => {
      webhooks().url = this.#active()?.url;
    };

    const create = ({ body }: CapturedRequest): FakeReply => {
      if (this.#subscriptions.size >= mostSubscriptions) {
        throw new Refusal(400, {
          code: "MaxNumberOfResources",
          message: "There can only be 5 active subscriptions at a time.",
        });
      }
      const subscription = {
        ...readSubscription(body),
        id: this.#ids.uuid(),
        created: this.#clock.now(),
        paused: false,
      };
      this.#subscriptions.set(subscription.id, subscription);
      readdress();
      const location = hal.href(`webhook-subscriptions/${subscription.id}`);
      return { status: 201, headers: { Location: location } };
    };

    const update = (request: CapturedRequest): FakeReply => {
      const subscription = find(request);
      const paused = at(request.body, "paused");
      if (typeof paused !== "boolean") throw badRequest();
      subscription.paused = paused;
      readdress();
      return { status: 200, body: view(subscription, hal) };
    };

    const remove = (request: CapturedRequest): FakeReply => {
      const subscription = find(request);
      this.#subscriptions.delete(subscription.id);
      readdress();
      return { status: 200, body: view(subscription, hal) };
    };

    const list = (): FakeReply => {
      const all = [...this.#subscriptions.values()].map((each) => view(each, hal));
      const self = hal.link("webhook-subscriptions", "webhook-subscription");
      const embedded = { "webhook-subscriptions": all };
      return { status: 200, body: { _links: { self }, _embedded: embedded, total: all.length } };
    };

    http
      .route("POST", "/webhook-subscriptions", refusable(create))
      .route("GET", "/webhook-subscriptions", refusable(list))
      .route(
        "GET",
        "/webhook-subscriptions/{id}",
        refusable((request) => ({ status: 200, body: view(find(request), hal) })),
      )
      .route("POST", "/webhook-subscriptions/{id}", refusable(update))
      .route("DELETE", "/webhook-subscriptions/{id}", refusable(remove));
  }

  #active(): Subscription | undefined {
    return [...this.#subscriptions.values()].findLast(({ paused }) => !paused);
  }
}

function readSubscription(body: unknown): Pick<Subscription, "url" | "secret"> {
  const url = textAt(body, "url") ?? "";
  if (!URL.canParse(url)) {
    throw validation({ code: "InvalidFormat", message: "Url must be a valid url.", path: "/url" });
  }
  const secret = textAt(body, "secret") ?? "";
  if (secret.length > 128) {
    const message = "Secret must be 128 or fewer characters.";
    throw validation({ code: "InvalidFormat", message, path: "/secret" });
  }
  return { url, secret };
}

/** The secret is never shown. */
function view({ id, url, paused, created }: Subscription, hal: Hal): Json {
  const path = `webhook-subscriptions/${id}`;
  return {
    _links: {
      self: hal.link(path, "webhook-subscription"),
      webhooks: hal.link(`${path}/webhooks`, "webhook"),
    },
    id,
    url,
    paused,
    created: new Date(created).toISOString(),
  };
}
