import type { Money } from "../../../../src/domain/money.ts";
import { FakeProcessor } from "../../../processors/support/fake-processor.ts";
import { toMinor } from "../../../processors/support/money.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../subject.ts";

const PAYMENTS = "/payments";

let opened = 0;

/** A processor that pays whatever it reads, knows no repeat, and answers no question. */
class OpenUnasked implements OpenProcessor {
  readonly http = new FakeProcessor();
  readonly settings: Readonly<Record<string, string>>;
  readonly #paid: Money[] = [];
  hasFunds = true;

  constructor(merchant: number) {
    const token = `unasked-token-of-merchant-${merchant}`;
    this.settings = { token };
    this.http.route("POST", PAYMENTS, ({ headers, body }) => {
      if (headers["authorization"] !== `Bearer ${token}`) return { status: 401, body: {} };
      if (!this.hasFunds) return { status: 201, body: { status: "rejected" } };
      const { amount = "" } = body as { readonly amount?: string };
      this.#paid.push({ minorAmount: toMinor(amount, 2) ?? 0n, currency: "EUR" });
      return { status: 201, body: { id: this.http.ids.next("p-"), status: "paid" } };
    });
  }

  static async open(): Promise<OpenUnasked> {
    opened += 1;
    const processor = new OpenUnasked(opened);
    await processor.http.listen();
    return processor;
  }

  async order(
    amount: Money = { minorAmount: 10_029n, currency: "EUR" },
    destinationCurrency = amount.currency,
  ): Promise<Order> {
    return {
      amount,
      destinationCurrency,
      method: { kind: "sepa", iban: "DE89370400440532013000", holderName: "Ada Lovelace" },
      person: null,
      registered: { recipientId: null, accountId: null },
      metadata: {},
    };
  }

  secrets(): readonly string[] {
    return Object.values(this.settings);
  }

  settle(): void {}

  books() {
    return { payments: this.#paid };
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

export const unaskedSubject: ConnectorSubject = {
  open: () => OpenUnasked.open(),
  requests: { check: [], pay: [{ method: "POST", path: PAYMENTS, acts: true }] },
  amounts: {
    0: "It pays in EUR alone.",
    2: { currency: "EUR", min: 1n, max: 10n ** 17n },
    3: "It pays in EUR alone.",
  },
  words: [
    {
      of: "payment",
      meaning: { paid: "SUCCESS", rejected: "FAILED", working: "PENDING" },
      show({ http }, word) {
        const change = (body: unknown) => ({ ...(body as object), status: word });
        http.faults.next({ method: "POST", path: PAYMENTS }, { kind: "drift", change }, 1_000);
      },
    },
  ],
  refusals: [
    {
      name: "no funds, by 201 with rejected",
      step: "pay",
      async prepare(processor: OpenUnasked) {
        processor.hasFunds = false;
        return processor.order();
      },
    },
  ],
};
