import { createHmac } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { durationMs } from "./duration.ts";
import { refuse } from "./refusal.ts";

export const eventTypes = [
  "TransactionCreated",
  "TransactionStateChanged",
  "PayoutLinkCreated",
  "PayoutLinkStateChanged",
] as const;
export type EventType = (typeof eventTypes)[number];

const weekMs = 7 * 24 * 3_600_000;

interface Secret {
  readonly text: string;
  /** The last moment in which it signs; undefined for the newest. */
  end: number | undefined;
}

interface Hook {
  readonly id: string;
  url: string;
  events: readonly EventType[];
  /** Oldest first. */
  readonly secrets: Secret[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Registrations of webhooks with the secrets that sign them. While nobody has registered, one hook
 * that hears everything stands in, so that tests need not.
 */
export class Hooks {
  readonly #hooks = new Map<string, Hook>();
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #registered: (url: string) => void;
  readonly #standIn: Hook;

  constructor(clock: Clock, ids: IdSource, registered: (url: string) => void) {
    this.#clock = clock;
    this.#ids = ids;
    this.#registered = registered;
    this.#standIn = this.#make("", eventTypes);
  }

  create(body: Json): Record<string, unknown> {
    if (this.#hooks.size >= 10) {
      const message = "Owner already has 10 webhooks. Only 10 are allowed.";
      throw refuse(422, "tooManyWebhooks", message);
    }
    const hook = this.#make(urlOf(body), eventsOf(body) ?? eventTypes.slice(0, 2));
    this.#hooks.set(hook.id, hook);
    this.#registered(hook.url);
    return this.withSecret(hook);
  }

  get(id: string): Hook {
    const hook = this.#hooks.get(id) ?? (id === this.#standIn.id ? this.#standIn : undefined);
    if (!hook) throw refuse(404, "webhookNotFound", "Webhook not found");
    return hook;
  }

  all(): unknown[] {
    return [...this.#hooks.values()].map((hook) => this.basic(hook));
  }

  update(id: string, body: Json): Record<string, unknown> {
    const hook = this.get(id);
    const events = eventsOf(body);
    if (body["url"] === undefined && events === undefined) {
      throw refuse(400, "badFormat", "url or events must be provided");
    }
    if (body["url"] !== undefined) hook.url = urlOf(body);
    hook.events = events ?? hook.events;
    return this.basic(hook);
  }

  remove(id: string): void {
    this.get(id);
    this.#hooks.delete(id);
  }

  /** The old secret signs beside the new one until the period is over; by default it ends at once. */
  rotate(id: string, period: unknown): Record<string, unknown> {
    const hook = this.get(id);
    const ms = durationMs(String(period ?? "PT0S"));
    if (ms === undefined || ms > weekMs) throw refuse(400, "invalid", "Something went wrong");
    if (ms > 0 && this.#living(hook).length >= 3) {
      const message = `Webhook ${id} can't have more than 3 active signing keys`;
      throw refuse(422, "tooManySecrets", message);
    }
    const newest = hook.secrets.at(-1);
    if (newest) newest.end = this.#clock.now() + ms;
    hook.secrets.push({ text: this.#ids.next("wsk_", 32), end: undefined });
    return this.withSecret(hook);
  }

  /** The secret that a connector is configured with; of the stand-in where no id is given. */
  secretOf(id?: string): string {
    return (id === undefined ? this.#standIn : this.get(id)).secrets.at(-1)?.text ?? "";
  }

  get standInId(): string {
    return this.#standIn.id;
  }

  /** The ids of hooks that hear an event. */
  listenersOf(type: EventType): string[] {
    if (this.#hooks.size === 0) return [this.#standIn.id];
    return [...this.#hooks.values()]
      .filter(({ events }) => events.includes(type))
      .map(({ id }) => id);
  }

  /** One signature for each secret that is alive, oldest first. */
  headers(id: string, raw: Buffer): Record<string, string> {
    const timestamp = String(this.#clock.now());
    const signatures = this.#living(this.get(id)).map(({ text }) => {
      const mac = createHmac("sha256", text).update(`v1.${timestamp}.`).update(raw);
      return `v1=${mac.digest("hex")}`;
    });
    return {
      "revolut-request-timestamp": timestamp,
      "revolut-signature": signatures.join(","),
    };
  }

  basic({ id, url, events }: Hook): Record<string, unknown> {
    return { id, url, events };
  }

  withSecret(hook: Hook): Record<string, unknown> {
    return { ...this.basic(hook), signing_secret: hook.secrets.at(-1)?.text };
  }

  #living(hook: Hook): Secret[] {
    const now = this.#clock.now();
    return hook.secrets.filter(({ end }) => end === undefined || end > now);
  }

  #make(url: string, events: readonly EventType[]): Hook {
    const secret = { text: this.#ids.next("wsk_", 32), end: undefined };
    return { id: this.#ids.uuid(), url, events, secrets: [secret] };
  }
}

function urlOf(body: Json): string {
  const url = body["url"];
  if (typeof url === "string" && URL.canParse(url)) return url;
  throw refuse(400, "badFormat", "Required 'url' is missing");
}

function eventsOf(body: Json): EventType[] | undefined {
  const events = body["events"];
  if (!Array.isArray(events)) return undefined;
  return eventTypes.filter((each) => events.includes(each));
}
