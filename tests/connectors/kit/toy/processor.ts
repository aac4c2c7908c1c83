import { createHmac } from "node:crypto";
import { currencyExponent } from "../../../../src/domain/currency.ts";
import type { Money } from "../../../../src/domain/money.ts";
import type { CapturedRequest } from "../../../processors/support/captured-request.ts";
import { FakeProcessor } from "../../../processors/support/fake-processor.ts";
import type { FakeReply } from "../../../processors/support/reply.ts";
import { WebhookSender } from "../../../processors/support/webhook-sender.ts";

export interface ToyTransfer {
  readonly id: string;
  readonly key: string;
  readonly money: Money;
  readonly account: string;
  /** Of one that waits, or has waited, to be claimed. */
  readonly url?: string;
  status: string;
  isFunded: boolean;
}

/**
 * A processor that is made for the kit: a transfer is made under a key, and funded by a call of its own,
 * which says no with 200. Amounts are decimals; there is no document of it.
 */
export class ToyProcessor {
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  readonly transfers: ToyTransfer[] = [];
  readonly accounts: string[] = [];
  readonly token: string;
  webhookSecret: string;
  hasFunds = true;

  constructor(merchant: number) {
    this.token = `toy-token-of-merchant-${merchant}`;
    this.webhookSecret = `toy-webhook-secret-${merchant}`;
    this.http = new FakeProcessor();
    this.webhooks = new WebhookSender({
      clock: this.http.clock,
      sign: ({ raw }, now) => ({
        "x-toy-time": String(now),
        "x-toy-signature": createHmac("sha256", this.webhookSecret)
          .update(`${now}.`)
          .update(raw)
          .digest("hex"),
      }),
    });
    this.http.use((request, next) => this.#letIn(request, next));
    this.http
      .route("POST", "/transfers", (request) => this.#create(request))
      .route("POST", "/links", (request) => this.#createLink(request))
      .route("GET", "/transfers", ({ query }) => this.#find("key", query.get("key")))
      .route("GET", "/transfers/{id}", ({ params }) => this.#find("id", params["id"]))
      .route("POST", "/transfers/{id}/fund", ({ params }) => this.#fund(params["id"]))
      .route("POST", "/transfers/{id}/cancel", ({ params }) => this.#cancel(params["id"]))
      .route("POST", "/accounts", (request) => this.#register(request))
      .route("GET", "/accounts", ({ query }) => {
        const isKnown = this.accounts.includes(query.get("key") ?? "");
        return isKnown ? ok({ id: `acc-${query.get("key")}` }) : NO_SUCH;
      });
  }

  /** Told as it happens, by webhook. */
  become(transfer: ToyTransfer, status: string): void {
    transfer.status = status;
    const id = this.http.ids.next("evt-");
    const body = { event: id, transfer: transfer.id, key: transfer.key, status };
    this.webhooks.enqueue({ id, type: "transfer", body });
  }

  #letIn({ headers }: CapturedRequest, next: () => Promise<FakeReply>) {
    return headers["authorization"] === `Bearer ${this.token}`
      ? next()
      : no(401, "bad_token", "This token is not let in.");
  }

  #create({ headers, body }: CapturedRequest): FakeReply {
    const key = headers["x-key"] ?? "";
    const known = this.transfers.find((each) => each.key === key);
    if (known) return ok(shown(known));
    const { amount, currency, account } = body as Readonly<Record<string, string>>;
    const money = toMoney(amount ?? "", currency ?? "");
    if (key === "" || money === undefined || account === undefined) {
      return no(422, "bad_request", `The request for ${account} cannot be read.`);
    }
    const id = this.http.ids.next("t-");
    const transfer = { id, key, money, account, status: "made", isFunded: false };
    this.transfers.push(transfer);
    this.become(transfer, "made");
    return ok(shown(transfer));
  }

  /** A transfer that waits for whoever has its address. */
  #createLink({ headers, body }: CapturedRequest): FakeReply {
    const key = headers["x-key"] ?? "";
    const known = this.transfers.find((each) => each.key === key);
    if (known) return ok(shown(known));
    const { amount, currency } = body as Readonly<Record<string, string>>;
    const money = toMoney(amount ?? "", currency ?? "");
    if (key === "" || money === undefined) return no(422, "bad_request", "It cannot be read.");
    const id = this.http.ids.next("t-");
    const url = `https://toy.example/claim/${id}`;
    const transfer = { id, key, money, account: "", url, status: "open", isFunded: false };
    this.transfers.push(transfer);
    return ok(shown(transfer));
  }

  /** Somebody claims it, and the money is on its way. */
  claim(transfer: ToyTransfer): void {
    transfer.isFunded = true;
    this.become(transfer, "sent");
  }

  #find(by: "id" | "key", value: string | null | undefined): FakeReply {
    const found = this.transfers.find((each) => each[by] === value);
    return found ? ok(shown(found)) : NO_SUCH;
  }

  #fund(id: string | undefined): FakeReply {
    const transfer = this.transfers.find((each) => each.id === id);
    if (transfer === undefined) return NO_SUCH;
    const { account } = transfer;
    const rejected = { status: "REJECTED", code: "no_funds", message: `No funds for ${account}.` };
    if (transfer.isFunded) return ok({ status: "COMPLETED" });
    if (!this.hasFunds || transfer.status !== "made") return ok(rejected);
    transfer.isFunded = true;
    this.become(transfer, "sent");
    return ok({ status: "COMPLETED" });
  }

  #cancel(id: string | undefined): FakeReply {
    const transfer = this.transfers.find((each) => each.id === id);
    if (transfer === undefined) return NO_SUCH;
    if (transfer.isFunded) return no(409, "too_late", "The transfer has been funded.");
    if (transfer.status !== "cancelled") this.become(transfer, "cancelled");
    return ok(shown(transfer));
  }

  #register({ headers }: CapturedRequest): FakeReply {
    const key = headers["x-key"] ?? "";
    if (!this.accounts.includes(key)) this.accounts.push(key);
    return ok({ id: `acc-${key}` });
  }
}

function shown({ id, key, status, isFunded, money, url }: ToyTransfer): Record<string, unknown> {
  return { id, number: 1, key, status, funded: isFunded, currency: money.currency, url };
}

function ok(body: Record<string, unknown>): FakeReply {
  return { status: 200, body };
}

function no(status: number, code: string, message: string): FakeReply {
  return { status, body: { code, message } };
}

const NO_SUCH = no(404, "not_found", "There is no such thing.");

function toMoney(text: string, currency: string): Money | undefined {
  const exponent = currencyExponent(currency);
  const [, whole = "", fraction = ""] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (exponent === undefined || whole === "" || fraction.length !== exponent) return undefined;
  return { minorAmount: BigInt(whole + fraction), currency };
}
