import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import type { ConnectorModule } from "../../../src/connectors/connector.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import { connectorNames, loadKit } from "../../connectors/kit/discover.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../../connectors/kit/subject.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

/**
 * The same story through each processor, told by the public API alone: recipient, account, stage,
 * transfer, webhook, success, return; then one that is held and voided. What cannot be is refused
 * before anything is sent.
 */
const { method } = PayoutService;

const STORIES = await Promise.all(connectorNames().map(loadKit));
const FACES = ["gRPC", "REST"];

describe.each(STORIES)("$name, by the public API", ({ name, subject }) => {
  describe.each(FACES)("over %s", (faceName) => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await Scene.open(name, subject, faceName);
    });
    afterAll(() => scene.close());

    test("a recipient and an account are registered, here or there", async () => {
      await scene.enroll();
    });

    test("staged, transferred, paid as the webhook says, and returned", async () => {
      const { order, processor } = scene;
      const staged = await scene.ask(method.stage, scene.request(order));
      expect(staged).toMatchObject({ status: "REQUIRES_CONFIRMATION", connector: name });
      if (scene.can("STAGE") && scene.module.quote !== undefined) {
        expect(staged["quote"]).toMatchObject({ rate: expect.any(String) });
      }
      const payoutId = staged["payoutId"] as string;
      await scene.ask(method.transfer, { payoutId });
      await scene.until(payoutId, ["INITIATED", "PENDING", "SUCCESS"]);
      const paid = await scene.until(payoutId, ["SUCCESS"], () => processor.settle());
      expect(paid["connectorReferences"]).not.toEqual([]);
      for (const entries of Object.values(processor.books())) {
        expect(entries).toEqual([order.amount]);
      }
      const { giveBack } = processor;
      if (giveBack === undefined) return;
      await scene.until(payoutId, ["REVERSED", "FAILED"], () => giveBack.call(processor));
      for (const entries of Object.values(processor.books())) expect(entries).toEqual([]);
    });

    test("held by MANUAL fulfillment, then voided: nothing is paid", async () => {
      const before = scene.paid();
      const held = await scene.ask(method.create, {
        ...scene.request(await scene.processor.order()),
        fulfillment: "MANUAL",
      });
      const payoutId = held["payoutId"] as string;
      await scene.until(payoutId, ["REQUIRES_FULFILLMENT"]);
      const voiding = await scene.answer(method.void, { payoutId, reason: "a mistake" });
      if (!voiding.ok) throw new Error(JSON.stringify(voiding.told));
      await scene.until(payoutId, ["CANCELLED"], () => {});
      expect(scene.paid()).toEqual(before);
    });

    test("what it cannot do is refused before anything is sent, saying what it can", async () => {
      const sent = scene.changes();
      const refused = await scene.answer(method.create, {
        ...scene.request(scene.order),
        payoutMethodData: { interac: { email: "jane@example.com", holderName: "Jane Doe" } },
        amount: { minorAmount: "1000", currency: "CAD" },
        destinationCurrency: "CAD",
      });
      expect(refused).toMatchObject({
        ok: false,
        told: {
          reason: "CONNECTOR_UNSUPPORTED",
          metadata: { connector: name, methods: scene.module.manifest.methods.join(",") },
        },
      });
      expect(scene.changes()).toBe(sent);
    });

    test("the connector tells how its calls went, and no secret is in any log", async () => {
      const { connector } = await scene.shop.get(ConnectorService.method.getConnector, {
        connector: name,
      });
      expect(connector).toMatchObject({
        available: true,
        health: { circuit: "CLOSED", lastSuccessTime: expect.any(String) },
      });
      const logs = scene.app.logs.join("\n");
      for (const secret of scene.secrets()) expect(logs.includes(secret)).toBe(false);
      scene.processor.http.assertClean();
    });
  });
});

/** One merchant, its account at one processor, and the one face that it calls by. */
class Scene {
  readonly app: TestApp;
  readonly shop: Shop;
  readonly processor: OpenProcessor;
  readonly module: ConnectorModule;
  readonly order: Order;
  readonly #faces: readonly Face[];
  readonly #name: string;
  readonly #webhookUrl: string;

  private constructor(
    parts: Pick<Scene, "app" | "shop" | "processor" | "module" | "order">,
    faces: readonly Face[],
    name: string,
    webhookUrl: string,
  ) {
    this.app = parts.app;
    this.shop = parts.shop;
    this.processor = parts.processor;
    this.module = parts.module;
    this.order = parts.order;
    this.#faces = faces;
    this.#name = name;
    this.#webhookUrl = webhookUrl;
  }

  static async open(name: string, subject: ConnectorSubject, faceName: string): Promise<Scene> {
    const processor = await subject.open();
    const { clock } = processor.http;
    // Signatures and quotes carry the processor's time: it is now there as well.
    if (clock instanceof ManualClock) clock.advance(Date.now() - clock.now());
    const order = await processor.order();
    const baseUrls = { [name]: processor.baseUrl ?? processor.http.url };
    const app = await startTestApp({ connectors: { accounts: [], baseUrls } });
    const faces = openFaces(app);
    const face = faces.find((each) => each.name === faceName);
    if (face === undefined) throw new Error(`there is no face ${faceName}`);
    const shop = new Shop(app, face);
    const { connectorAccount } = await shop.get(ConnectorService.method.createConnectorAccount, {
      connector: name,
      name: "Main",
      settings: processor.settings,
    });
    const { webhookUrl } = connectorAccount as { webhookUrl: string };
    const module = app.modules.find(({ manifest }) => manifest.name === name);
    if (module === undefined) throw new Error(`${name} is not built in`);
    return new Scene({ app, shop, processor, module, order }, faces, name, webhookUrl);
  }

  async close(): Promise<void> {
    for (const face of this.#faces) face.close();
    await this.app.stop();
    await this.processor.close();
  }

  can(operation: keyof ConnectorModule["manifest"]["operations"]): boolean {
    return this.module.manifest.operations[operation].support === "PROCESSOR";
  }

  /** Registers somebody and an account of theirs with the connector, and waits until both are taken. */
  async enroll(): Promise<void> {
    const { person } = this.processor.recipient?.() ?? this.order;
    if (person === null) return;
    const registered = await this.shop.get(method.createRecipient, {
      ...toJson(person),
      connector: this.#name,
    });
    const { recipientId } = registered["recipient"] as { recipientId: string };
    const account = await this.processor.bankAccount?.();
    await this.shop.get(method.enrollDisburseAccount, {
      recipientId,
      payoutMethodData: toMethodJson(account?.method ?? this.order.method),
      connector: this.#name,
    });
    await expect
      .poll(async () => {
        await this.news(() => {});
        const { recipient } = await this.shop.get(RecipientService.method.getRecipient, {
          recipientId,
        });
        return (recipient as JsonObject)["status"];
      }, WAIT)
      .toMatch(/ACTIVE|ACTION_REQUIRED|PENDING/);
    const { disburseAccounts } = await this.shop.get(RecipientService.method.listDisburseAccounts, {
      recipientId,
    });
    // Where the processor wants no registration there is none.
    const there = this.can("ENROLL_DISBURSE_ACCOUNT") ? [{ connector: this.#name }] : [];
    expect(disburseAccounts).toMatchObject([{ connectorAccounts: there }]);
  }

  /** A request for the order. */
  request({ amount, destinationCurrency, method: to, person, metadata }: Order): JsonObject {
    return {
      amount: { minorAmount: String(amount.minorAmount), currency: amount.currency },
      destinationCurrency,
      connector: this.#name,
      payoutMethodData: toMethodJson(to),
      ...(person === null ? {} : { recipient: toJson(person) }),
      metadata,
      description: "Invoice 7",
    };
  }

  answer(of: DescMethod, request: JsonObject) {
    return this.shop.call(of, request);
  }

  /** A call that must succeed, and its payout. */
  async ask(of: DescMethod, request: JsonObject): Promise<JsonObject> {
    return (await this.shop.get(of, request))["payout"] as JsonObject;
  }

  /** Does something at the processor, which then sends its webhooks. */
  async news(happens: () => void | Promise<void>): Promise<void> {
    await happens();
    await this.processor.deliver?.(this.#webhookUrl);
  }

  /**
   * Waits until a payout is in one of these, by news alone.
   *
   * @param happens what the processor does meanwhile, whenever there is something to do
   */
  async until(
    payoutId: string,
    statuses: readonly string[],
    happens?: () => void | Promise<void>,
  ): Promise<JsonObject> {
    let last: JsonObject = {};
    await expect
      .poll(async () => {
        if (happens !== undefined) await this.news(happens);
        last = await this.ask(method.get, { payoutId, sync: "STORED", view: "FULL" });
        return statuses.includes(last["status"] as string) ? "there" : JSON.stringify(last);
      }, WAIT)
      .toBe("there");
    return last;
  }

  /** How many requests have arrived there that may change something. */
  changes(): number {
    return this.processor.http.requests.filter(({ method: by }) => by !== "GET").length;
  }

  /** How many entries the processor's books have. */
  paid(): readonly number[] {
    return Object.values(this.processor.books()).map(({ length }) => length);
  }

  secrets(): readonly string[] {
    const fields = this.module.accountFields.filter(({ secret }) => secret);
    const settings = fields.flatMap(({ name }) => this.processor.settings[name] ?? []);
    return [...settings, ...(this.processor.secrets?.() ?? []), ...numbersOf(this.order.method)];
  }
}

const WAIT = { timeout: 20_000, interval: 20 };

function numbersOf(of: PayoutMethod): readonly string[] {
  return Object.entries(of).flatMap(([name, value]) =>
    /number|iban/i.test(name) && typeof value === "string" ? [value] : [],
  );
}

function toMethodJson({ kind, ...fields }: PayoutMethod): JsonObject {
  const arm = kind.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const { keyKind, ...rest } = fields as JsonObject;
  return { [arm]: keyKind === undefined ? rest : { ...rest, kind: keyKind } };
}

function toJson(person: Person): JsonObject {
  return structuredClone(person) as unknown as JsonObject;
}
