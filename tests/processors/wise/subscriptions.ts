import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import type { EventType, StateChangeVersion } from "./events.ts";
import { eventTypes } from "./events.ts";
import { iso } from "./quotes.ts";
import { complain, notFound } from "./refusal.ts";

interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly trigger_on: EventType;
  readonly delivery: { readonly version: string; readonly url: string };
  readonly scope: { readonly domain: "profile"; readonly id: string };
  readonly created_by: { readonly type: "user"; readonly id: string };
  readonly created_at: string;
}

/** Who wants to hear of what. While nobody has asked, everything is told, in version 2.0.0. */
export class Subscriptions {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #profile: number;
  /** The subscription that events name while there is none. */
  readonly #unasked: string;
  /** Called with the address of each new subscription. */
  readonly #subscribed: (url: string) => void;

  constructor(clock: Clock, ids: IdSource, profile: number, subscribed: (url: string) => void) {
    this.#clock = clock;
    this.#ids = ids;
    this.#unasked = ids.uuid();
    this.#profile = profile;
    this.#subscribed = subscribed;
  }

  create(body: Readonly<Record<string, unknown>>): Subscription {
    const type = eventTypes.find((each) => each === body["trigger_on"]);
    const delivery = body["delivery"] as Subscription["delivery"] | undefined;
    if (!type || !delivery?.url) {
      throw complain(422, { code: "NOT_VALID", message: "No such event", path: "trigger_on" });
    }
    const subscription: Subscription = {
      id: this.#ids.uuid(),
      name: String(body["name"]),
      trigger_on: type,
      delivery: { version: delivery.version, url: delivery.url },
      scope: { domain: "profile", id: String(this.#profile) },
      created_by: { type: "user", id: String(this.#profile + 1) },
      created_at: iso(this.#clock.now()),
    };
    this.#subscriptions.set(subscription.id, subscription);
    this.#subscribed(delivery.url);
    return subscription;
  }

  get(id: string): Subscription {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) throw notFound();
    return subscription;
  }

  remove(id: string): void {
    this.get(id);
    this.#subscriptions.delete(id);
  }

  all(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  /** The subscriptions that an event goes to, each with its version. */
  listenersOf(type: EventType): { id: string; version: StateChangeVersion }[] {
    if (this.#subscriptions.size === 0) return [{ id: this.#unasked, version: "2.0.0" }];
    return this.all()
      .filter(({ trigger_on }) => trigger_on === type)
      .map(({ id, delivery }) => ({
        id,
        version: delivery.version.startsWith("4") ? "4.0.0" : "2.0.0",
      }));
  }
}
