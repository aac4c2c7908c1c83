import type { CapturedRequest } from "../support/captured-request.ts";
import type { Account, AccountId } from "./account-state.ts";
import { type Accounts, needTransfers } from "./accounts.ts";
import { checkGranularity } from "./currency-rules.ts";
import { listOf } from "./lists.ts";
import { Params } from "./params.ts";
import { invalidParam, missing, StripeError } from "./stripe-error.ts";
import { causeOf, nowSeconds, type World, wireAmount } from "./world.ts";

interface Reversal {
  readonly id: string;
  readonly transfer: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly created: number;
  readonly metadata: Record<string, string>;
}

export interface Transfer {
  readonly id: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly destination: AccountId;
  readonly created: number;
  readonly description: string | null;
  readonly transferGroup: string | null;
  readonly reversals: Reversal[];
  metadata: Record<string, string>;
}

/** Transfers from the platform's balance to a connected account's, and back. */
export class Transfers {
  readonly all: Transfer[] = [];
  /** Called when money has arrived at an account. */
  arrived: (account: Account, currency: string) => void = () => {};
  readonly #world: World;
  readonly #accounts: Accounts;

  constructor(world: World, accounts: Accounts) {
    this.#world = world;
    this.#accounts = accounts;
    const shown = (transfer: Transfer) => ({ status: 200, body: renderTransfer(transfer) });
    world.http
      .route("POST", "/v1/transfers", (request) => shown(this.#create(request)))
      .route("GET", "/v1/transfers", ({ query }) => {
        const group = query.get("transfer_group");
        const destination = query.get("destination");
        const found = this.all.filter(
          (each) =>
            (group ?? each.transferGroup) === each.transferGroup &&
            (destination ?? each.destination) === each.destination,
        );
        return { status: 200, body: listOf("/v1/transfers", found, query, renderTransfer) };
      })
      .route("GET", "/v1/transfers/{transfer}", ({ params }) =>
        shown(this.get(params["transfer"] ?? "")),
      )
      .route("POST", "/v1/transfers/{transfer}", (request) => {
        const transfer = this.get(request.params["transfer"] ?? "");
        const params = new Params(request.body, ["metadata", "description"]);
        transfer.metadata = { ...transfer.metadata, ...params.metadata() };
        world.events.publish("transfer.updated", renderTransfer(transfer));
        return shown(transfer);
      })
      .route("POST", "/v1/transfers/{id}/reversals", (request) => this.#reverse(request))
      .route("GET", "/v1/transfers/{id}/reversals", ({ params, query }) => {
        const { id, reversals } = this.get(params["id"] ?? "");
        const url = `/v1/transfers/${id}/reversals`;
        return { status: 200, body: listOf(url, reversals, query, renderReversal) };
      });
  }

  get(id: string): Transfer {
    const transfer = this.all.find((each) => each.id === id);
    if (!transfer) throw missing("transfer", id);
    return transfer;
  }

  #create(request: CapturedRequest): Transfer {
    const params = new Params(request.body, [
      "amount",
      "currency",
      "destination",
      "transfer_group",
      "metadata",
      "description",
      "source_type",
    ]);
    const amount = params.amount("amount");
    const currency = params.currency("currency");
    checkGranularity(amount, currency, false);
    const destination = params.need("destination");
    const account = this.#accounts.find(destination);
    if (!account) throw missing("destination", destination, 400);
    needTransfers(account);
    if (!this.#world.books.move("platform", account.id, currency, amount)) {
      throw tooLittle("You have insufficient available funds in your Stripe account.");
    }
    const transfer: Transfer = {
      id: this.#world.ids.next("tr_"),
      amount,
      currency,
      destination: account.id,
      created: nowSeconds(this.#world.clock),
      description: params.text("description") ?? null,
      transferGroup: params.text("transfer_group") ?? null,
      reversals: [],
      metadata: params.metadata(),
    };
    this.all.push(transfer);
    const cause = causeOf(request);
    this.#world.events.publish("transfer.created", renderTransfer(transfer), { cause });
    this.arrived(account, currency);
    return transfer;
  }

  #reverse(request: CapturedRequest) {
    const transfer = this.get(request.params["id"] ?? "");
    const params = new Params(request.body, [
      "amount",
      "description",
      "metadata",
      "refund_application_fee",
    ]);
    const left = transfer.amount - reversed(transfer);
    const amount = params.has("amount") ? params.amount("amount") : left;
    if (amount > left || left === 0n) {
      const message = "The amount is greater than what is left of the transfer.";
      throw invalidParam("amount_too_large", "amount", message);
    }
    const { currency, destination } = transfer;
    if (!this.#world.books.move(destination, "platform", currency, amount)) {
      throw tooLittle("The connected account has insufficient funds for this reversal.");
    }
    const reversal: Reversal = {
      id: this.#world.ids.next("trr_"),
      transfer: transfer.id,
      amount,
      currency,
      created: nowSeconds(this.#world.clock),
      metadata: params.metadata(),
    };
    transfer.reversals.push(reversal);
    const cause = causeOf(request);
    this.#world.events.publish("transfer.reversed", renderTransfer(transfer), { cause });
    return { status: 200, body: renderReversal(reversal) };
  }
}

function reversed(transfer: Transfer): bigint {
  return transfer.reversals.reduce((sum, { amount }) => sum + amount, 0n);
}

function tooLittle(message: string): StripeError {
  return new StripeError({ status: 400, code: "balance_insufficient", message });
}

function renderTransfer(transfer: Transfer): Record<string, unknown> {
  const back = reversed(transfer);
  return {
    id: transfer.id,
    object: "transfer",
    amount: wireAmount(transfer.amount),
    amount_reversed: wireAmount(back),
    balance_transaction: transfer.id.replace("tr_", "txn_"),
    created: transfer.created,
    currency: transfer.currency,
    description: transfer.description,
    destination: transfer.destination,
    destination_payment: transfer.id.replace("tr_", "py_"),
    livemode: false,
    metadata: transfer.metadata,
    reversals: {
      object: "list",
      data: transfer.reversals.map(renderReversal),
      has_more: false,
      url: `/v1/transfers/${transfer.id}/reversals`,
    },
    reversed: back === transfer.amount,
    source_transaction: null,
    source_type: "card",
    transfer_group: transfer.transferGroup,
  };
}

function renderReversal(reversal: Reversal): Record<string, unknown> {
  return {
    id: reversal.id,
    object: "transfer_reversal",
    amount: wireAmount(reversal.amount),
    balance_transaction: reversal.id.replace("trr_", "txn_"),
    created: reversal.created,
    currency: reversal.currency,
    destination_payment_refund: reversal.id.replace("trr_", "pyr_"),
    metadata: reversal.metadata,
    source_refund: null,
    transfer: reversal.transfer,
  };
}
