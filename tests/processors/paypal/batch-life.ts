import type { Clock } from "../../../src/clock.ts";
import type { Funds } from "./funds.ts";
import { type Batch, type Item, type ItemStatus, isBack, timeText } from "./item.ts";
import type { PayPalWebhooks } from "./webhooks.ts";

const second = 1000;
const day = 24 * 60 * 60 * second;

/** When things happen by themselves, in milliseconds after the batch was made. */
export const timetable = {
  processing: second,
  settled: 5 * second,
  /** What a scenario has as its second part, after it settled. */
  later: day,
  /** An item that nobody claims goes back, after it settled. */
  returned: 30 * day,
} as const;

/** The webhook for each status. PayPal has none for REVERSED: only asking tells it. */
const eventOf: Readonly<Partial<Record<ItemStatus, string>>> = {
  SUCCESS: "SUCCEEDED",
  FAILED: "FAILED",
  UNCLAIMED: "UNCLAIMED",
  RETURNED: "RETURNED",
  ONHOLD: "HELD",
  BLOCKED: "BLOCKED",
  REFUNDED: "REFUNDED",
};

/** How batches and items go on: by the clock as their scenario says, or because a test says so. */
export class BatchLife {
  readonly #clock: Clock;
  readonly #funds: Funds;
  readonly #webhooks: PayPalWebhooks;

  constructor(clock: Clock, funds: Funds, webhooks: PayPalWebhooks) {
    this.#clock = clock;
    this.#funds = funds;
    this.#webhooks = webhooks;
  }

  begin(batch: Batch): void {
    this.#clock.after(timetable.processing, () => {
      if (batch.status !== "PENDING") return;
      batch.status = "PROCESSING";
      this.#webhooks.tellBatch(batch, "PROCESSING");
    });
    this.#clock.after(timetable.settled, () => this.settle(batch));
  }

  /** A test's command, or the clock's: PayPal is done with the batch. Once only. */
  settle(batch: Batch): void {
    if (batch.status !== "PENDING" && batch.status !== "PROCESSING") return;
    const denied = batch.items.some((item) => item.scenario.denied);
    batch.status = denied ? "DENIED" : "SUCCESS";
    batch.completedAt = timeText(this.#clock.now());
    this.#webhooks.tellBatch(batch, batch.status);
    for (const item of batch.items) {
      item.error = item.scenario.error;
      // A denied batch takes all its items along.
      if (denied) this.become(item, "FAILED", "DENIED");
      else this.become(item, item.scenario.status);
      const { later } = item.scenario;
      if (later) this.#clock.after(timetable.later, () => this.#follow(item, "SUCCESS", later));
    }
  }

  /**
   * A test's command, or the clock's: an item has another status, and the money goes where that says.
   * The event's name may be another one than the status has.
   */
  become(item: Item, status: ItemStatus, event = eventOf[status]): void {
    if (item.status === status) return;
    if (isBack(item.status)) throw new Error(`item is ${item.status}: nothing follows`);
    item.status = status;
    item.timeProcessed = timeText(this.#clock.now());
    if (status === "SUCCESS") item.error = undefined;
    if (isBack(status)) this.#funds.send(item.currency, -(item.amount + item.fee));
    if (status === "UNCLAIMED") {
      this.#clock.after(timetable.returned, () => this.#follow(item, "UNCLAIMED", "RETURNED"));
    }
    if (event !== undefined) this.#webhooks.tellItem(item, event);
  }

  #follow(item: Item, from: ItemStatus, to: ItemStatus): void {
    if (item.status === from) this.become(item, to);
  }
}
