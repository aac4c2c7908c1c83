import type { JsonObject } from "@bufbuild/protobuf";
import Database from "better-sqlite3";
import { expect, onTestFinished } from "vitest";
import type { Config } from "../../../../src/config.ts";
import type { WebhookEvent } from "../../../../src/connectors/connector.ts";
import type { InboxState } from "../../../../src/repository/inbox.ts";
import { bodyOf, Echo, SECRET, signatureOf } from "../../../service/webhooks/echo.ts";
import { openFaces } from "../../faces/open-faces.ts";
import { Shop } from "../../faces/shop.ts";
import { startTestApp, type TestApp } from "../../support/start-app.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** The service, with a processor in memory beside the built-in ones, and merchants with accounts there. */
export class Stage {
  readonly app: TestApp;
  readonly echo: Echo;
  /** The merchant of the tests, and one whose payouts nobody else may touch. */
  readonly shop: Shop;
  readonly stranger: Shop;

  private constructor(app: TestApp, echo: Echo, shops: readonly [Shop, Shop]) {
    this.app = app;
    this.echo = echo;
    [this.shop, this.stranger] = shops;
  }

  static async open(overrides: Partial<Config> = {}, echo = new Echo()): Promise<Stage> {
    const app = await startTestApp(overrides, [echo.module]);
    const faces = openFaces(app);
    onTestFinished(async () => {
      for (const each of faces) each.close();
      await app.stop();
    });
    const face = faces.find(({ name }) => name === "REST");
    if (face === undefined) throw new Error("there is no REST");
    return new Stage(app, echo, [new Shop(app, face), new Shop(app, face)]);
  }

  /** The address of a new account of a merchant at the processor in memory. */
  async account(shop = this.shop): Promise<Account> {
    const settings = { webhook_secret: SECRET };
    const id = await shop.connectorAccount({ connector: "echo", settings });
    return { id, path: `/webhooks/echo/${id}` };
  }

  /** A payout with an account, as it is once the processor has it. */
  async payout(account: Account, shop = this.shop, changes: JsonObject = {}) {
    const payoutId = await shop.payout({ connector: account.id, ...changes });
    const key = this.keyOf(payoutId);
    return { payoutId, key, transfer: this.echo.transferOf(key) };
  }

  /** The key of a payout's only step. */
  keyOf(payoutId: string): string {
    const key = this.query(
      (database) =>
        database
          .prepare(
            "SELECT processor_key FROM attempt_steps JOIN attempts USING (attempt_id) WHERE payout_id = ?",
          )
          .pluck()
          .get(payoutId) as string | undefined,
    );
    if (key === undefined) throw new Error("there is no such payout");
    return key;
  }

  async send(
    path: string,
    body: Uint8Array<ArrayBuffer> | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const response = await fetch(this.app.url + path, { method: "POST", body, headers });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  /** Sends an event, signed. */
  async tell(account: Account, event: WebhookEvent): Promise<void> {
    const body = Buffer.from(bodyOf(event));
    expect((await this.send(account.path, body, signatureOf(body))).status).toBe(200);
  }

  /** Resolves once everything that was stored has been tried at least once. */
  async settled(): Promise<void> {
    await expect.poll(() => this.states().NEW, { interval: 10, timeout: 10_000 }).toBe(0);
  }

  /** How many entries of the inbox are in each state. */
  states(): Readonly<Record<InboxState, number>> {
    const rows = this.query(
      (database) =>
        database.prepare("SELECT state, count(*) AS n FROM inbox GROUP BY state").all() as {
          state: InboxState;
          n: number;
        }[],
    );
    const none = { NEW: 0, WAITING: 0, REVIEW: 0, APPLIED: 0, IGNORED: 0 };
    return { ...none, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) };
  }

  /** A payout's status as it is stored. */
  status(payoutId: string): string {
    return this.query(
      (database) =>
        database
          .prepare("SELECT status FROM payouts WHERE payout_id = ?")
          .pluck()
          .get(payoutId) as string,
    );
  }

  /** Resolves once a payout has a status. */
  async reaches(payoutId: string, status: string): Promise<void> {
    const read = () => this.status(payoutId);
    await expect.poll(read, { interval: 10, timeout: 10_000 }).toBe(status);
  }

  /** Resolves with the processor's id of a payout, once it is stored. */
  async referenceOf(payoutId: string, kind: string): Promise<string> {
    const read = () =>
      this.query((database) =>
        database
          .prepare("SELECT reference_id FROM connector_references WHERE kind = ? AND payout_id = ?")
          .pluck()
          .get(kind, payoutId),
      ) as string | undefined;
    await expect.poll(read, { interval: 10, timeout: 10_000 }).toBeDefined();
    return read() ?? "";
  }

  query<T>(ask: (database: Database.Database) => T): T {
    const database = new Database(this.app.config.databasePath, { timeout: 5000 });
    try {
      return ask(database);
    } finally {
      database.close();
    }
  }
}

export interface Account {
  readonly id: string;
  readonly path: string;
}
