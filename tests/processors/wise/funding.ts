import type { FakeReply } from "../support/reply.ts";
import { fateOf } from "./magic-words.ts";
import { complain, Refusal } from "./refusal.ts";
import { fundable } from "./statuses.ts";
import type { Transfer, Transfers } from "./transfers.ts";

/** How an order to fund a transfer that is already funded, or cancelled, is answered. */
export type RepeatedFunding =
  /** 422 with `transfer.invalid-state`, as the processor's guide to funding says. */
  | "invalid-state"
  /**
   * 200 with REJECTED, though the money has been taken. No page says so; a connector that takes every
   * REJECTED for "nothing happened" pays twice or calls a paid payout failed, and shall be caught.
   */
  | "rejected";

export interface FundingOptions {
  readonly repeated: RepeatedFunding;
  /** False: personal tokens may not fund, as in the UK and the EEA; the call is answered 403. */
  readonly personalTokensMayFund: boolean;
}

const insufficient = "transfer.insufficient_funds";

/** `POST .../payments`: the step that takes the money. */
export class Funding {
  readonly #transfers: Transfers;
  readonly #options: FundingOptions;
  readonly #newToken: () => string;
  readonly #rejections: string[] = [];

  constructor(transfers: Transfers, options: FundingOptions, newToken: () => string) {
    this.#transfers = transfers;
    this.#options = options;
    this.#newToken = newToken;
  }

  /** The next order that could be carried out is refused with HTTP 200. */
  rejectNext(errorCode = insufficient): void {
    this.#rejections.push(errorCode);
  }

  fund(transfer: Transfer, type: unknown): FakeReply {
    const fate = fateOf(transfer.reference);
    if (!this.#options.personalTokensMayFund || fate.funding === "sca") throw this.#challenge();
    if (type !== "BALANCE") {
      throw complain(422, {
        code: "balance.payment-option-unavailable",
        message: "The transfer cannot be funded this way",
        path: "type",
      });
    }
    if (!fundable.includes(transfer.status)) return this.#answerRepeated();
    const rejection = this.#rejections.shift();
    if (rejection !== undefined) return rejected(rejection);
    if (fate.funding === "insufficient" || !this.#transfers.fund(transfer)) {
      return rejected(insufficient);
    }
    return { status: 200, body: { type: "BALANCE", status: "COMPLETED", errorCode: null } };
  }

  #answerRepeated(): FakeReply {
    if (this.#options.repeated === "rejected") return rejected("transfer.invalid-state");
    throw complain(422, {
      code: "transfer.invalid-state",
      message: "The transfer cannot be funded in its state",
    });
  }

  /** The wish for a second factor: headers only. A personal token cannot fulfil it. */
  #challenge(): Refusal {
    return new Refusal(403, undefined, {
      "x-2fa-approval-result": "REJECTED",
      "x-2fa-approval": this.#newToken(),
    });
  }
}

function rejected(errorCode: string): FakeReply {
  return { status: 200, body: { type: "BALANCE", status: "REJECTED", errorCode } };
}
