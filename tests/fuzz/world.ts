import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import Database from "better-sqlite3";
import { PAYOUT, PERSON } from "../e2e/faces/shop.ts";
import { FuzzRandom } from "./fuzz-random.ts";
import {
  CLAIM_CODE,
  idPlaceholder,
  keyPlaceholder,
  LINKS,
  linkPlaceholder,
  PER_KIND,
  type RealThings,
  realize,
} from "./placeholders.ts";
import { plausible } from "./plausible.ts";
import { LISTS, rpcPath } from "./rpcs.ts";
import type { Service } from "./service.ts";

/** Tables that only calls write to; the rest follows from them in its own time. */
const COUNTED = [
  "merchants",
  "api_keys",
  "recipients",
  "disburse_accounts",
  "payouts",
  "links",
  "idempotency_records",
] as const;

/** Times that a busy service is asked. */
const PATIENCE = 200;

/** Rows by table, and the version of what is replaced in place. */
export type Rows = Readonly<Record<string, number>>;

/** What there is in the service for inputs to name. */
export class World implements RealThings {
  readonly texts = new Map<string, string>();
  readonly tokens = new Map<string, string>();
  readonly #service: Service;
  readonly #database: Database.Database;

  private constructor(service: Service) {
    this.#service = service;
    this.#database = new Database(join(service.folder, "payouts.db"), {
      readonly: true,
      timeout: 5000,
    });
    for (const [index, key] of service.keys.entries()) this.texts.set(keyPlaceholder(index), key);
  }

  static async make(service: Service): Promise<World> {
    const world = new World(service);
    await Promise.all(Array.from({ length: PER_KIND }, (_, index) => world.#people(index)));
    await world.renew();
    return world;
  }

  /** Makes anew what calls use up: links that were claimed, payouts that have ended, tokens. */
  async renew(): Promise<void> {
    await Promise.all([
      ...Array.from({ length: LINKS }, (_, index) => this.#renewLink(index)),
      ...Array.from({ length: PER_KIND }, (_, index) => this.#payout(index)),
    ]);
    await Promise.all([this.#events(), ...LISTS.map((method) => this.#token(method))]);
  }

  /** Whether a right call still works. */
  async probe(): Promise<boolean> {
    const payout = await this.#call("PayoutService/Create", PAYOUT).catch(() => null);
    return payout !== null;
  }

  rows(): Rows {
    const rows: Record<string, number> = {};
    for (const table of COUNTED) {
      rows[table] = Number(this.#database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    }
    rows["routing_rules"] = Number(
      this.#database.prepare("SELECT coalesce(sum(version), 0) FROM routing_rules").pluck().get(),
    );
    return rows;
  }

  close(): void {
    this.#database.close();
  }

  async #people(index: number): Promise<void> {
    const { recipient } = await this.#call("PayoutService/CreateRecipient", PERSON);
    const recipientId = textOf(recipient, "recipientId");
    this.texts.set(idPlaceholder("rcp", index), recipientId);
    const ach = { ...(PAYOUT["payoutMethodData"] as { ach: JsonObject }).ach };
    for (const accountNumber of ["000123456789", `00012345${index}`]) {
      const { disburseAccount } = await this.#call("PayoutService/EnrollDisburseAccount", {
        recipientId,
        payoutMethodData: { ach: { ...ach, accountNumber } },
      });
      this.texts.set(idPlaceholder("acct", index), textOf(disburseAccount, "disburseAccountId"));
    }
  }

  async #payout(index: number): Promise<void> {
    // Staged, waiting for its Transfer, open at the processor, and ended.
    const kind = index % 4;
    const { payout } = await this.#call(
      kind === 0 ? "PayoutService/Stage" : "PayoutService/Create",
      {
        ...PAYOUT,
        ...(kind === 1 ? { fulfillment: "MANUAL" } : {}),
        ...(kind === 3 ? { metadata: { sandbox_scenario: "instant_success" } } : {}),
      },
    );
    this.texts.set(idPlaceholder("po", index), textOf(payout, "payoutId"));
  }

  async #renewLink(index: number): Promise<void> {
    const token = this.texts.get(linkPlaceholder(index));
    const page = token === undefined ? null : await this.#fetch(`/l/${token}`);
    await page?.text();
    if (page?.status !== 200) await this.#link(index);
  }

  async #link(index: number): Promise<void> {
    const { link } = await this.#call("PayoutService/CreateLink", {
      amount: { minorAmount: "1050", currency: "USD" },
      ...(index % 2 === 0 ? {} : { claimCode: CLAIM_CODE }),
    });
    this.texts.set(linkPlaceholder(index), textOf(link, "url").split("/l/")[1] ?? "");
    if (index < PER_KIND) this.texts.set(idPlaceholder("plink", index), textOf(link, "linkId"));
  }

  async #events(): Promise<void> {
    const { events } = await this.#call("EventService/ListEvents", { pageSize: PER_KIND });
    for (const [index, event] of (Array.isArray(events) ? events : []).entries()) {
      this.texts.set(idPlaceholder("evt", index), textOf(event, "eventId"));
    }
  }

  async #token(method: (typeof LISTS)[number]): Promise<void> {
    const request: JsonObject = { pageSize: 1 };
    // Whose accounts, and the like.
    const example = plausible(method.input, new FuzzRandom(1));
    for (const { name, jsonName } of method.input.fields) {
      if (/_id$/.test(name) && method.input.fields.length <= 4 && example[jsonName] !== undefined) {
        request[jsonName] = realize(String(example[jsonName]), this);
      }
    }
    const answer = await this.#post(rpcPath(method), request).catch(() => ({}) as JsonObject);
    this.tokens.set(method.name, String(answer["nextPageToken"] ?? ""));
  }

  #call(rpc: string, request: JsonObject): Promise<JsonObject> {
    return this.#post(`/payout.v1.${rpc}`, request);
  }

  /** A service that has too much to do is asked again. */
  async #fetch(path: string, request: RequestInit = {}): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      // A kept connection may be closed while it is written to; a new call has a new one.
      const response = await fetch(this.#service.url + path, request).catch((error: unknown) => {
        if (tries === PATIENCE) throw error;
        return null;
      });
      if (response !== null && (response.status !== 429 || tries === PATIENCE)) return response;
      await response?.text();
      await setTimeout(50);
    }
  }

  async #post(path: string, request: JsonObject): Promise<JsonObject> {
    const response = await this.#fetch(path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.#service.keys[0]}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(request),
    });
    const json = (await response.json()) as JsonObject;
    if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(json)}`);
    return json;
  }
}

function textOf(message: JsonValue | undefined, name: string): string {
  const value = (message as JsonObject | undefined)?.[name];
  if (typeof value !== "string")
    throw new Error(`${name} is missing in ${JSON.stringify(message)}`);
  return value;
}
