import type { Clock } from "../../../src/clock.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import type { FakeDwolla } from "./fake.ts";
import type { Hal } from "./hal.ts";
import type { MassPayment } from "./mass-payments.ts";
import { returnCodes } from "./return-codes.ts";
import type { Transfer } from "./transfers.ts";

/** What a bank makes of a transfer: nothing, a return instead, or a return afterwards. */
interface Fate {
  readonly code: string;
  readonly late: boolean;
}

/**
 * The sandbox's way to make banks move: nothing is processed until it is asked for, by
 * POST /sandbox-simulations, or after a while where a fake runs by hand. Every run does to each transfer
 * what it has come to: pending ones are processed or fail, processed ones whose return is late fail.
 */
export class BankRun {
  readonly #fake: FakeDwolla;

  constructor(fake: FakeDwolla) {
    this.#fake = fake;
  }

  serve(http: FakeProcessor, hal: Hal): void {
    http.route("POST", "/sandbox-simulations", () => {
      const total = this.run();
      const self = hal.link("sandbox-simulations", "sandbox-simulation");
      return { status: 200, body: { _links: { self }, total } };
    });
  }

  /** How many transfers it changed. */
  run(): number {
    for (const payment of this.#fake.massPayments) {
      if (payment.status === "pending" || payment.status === "processing") {
        this.#fake.completeMassPayment(payment.id);
      }
    }
    return this.#fake.transfers.filter((transfer) => this.#advance(transfer)).length;
  }

  /** By hand: a run for every new payment a step later, and another one for late returns. */
  scheduled(clock: Clock, stepMs: number): (payment: Transfer | MassPayment) => void {
    return () => {
      clock.after(stepMs, () => this.run());
      clock.after(2 * stepMs, () => this.run());
    };
  }

  #advance(transfer: Transfer): boolean {
    const fate = fateOf(transfer);
    if (transfer.status === "pending") {
      if (fate && !fate.late) this.#fake.fail(transfer.id, fate.code);
      else this.#fake.process(transfer.id);
      return true;
    }
    if (transfer.status === "processed" && fate?.late) {
      this.#fake.return(transfer.id, fate.code);
      return true;
    }
    return false;
  }
}

/** By the name of the bank account, as in the real sandbox, else by the cents of the amount. */
function fateOf({ destination, cents }: Transfer): Fate | undefined {
  const named = /^(R\d\d)(-late)?$/.exec(destination.name);
  if (named?.[1] !== undefined && returnCodes[named[1]]) {
    return { code: named[1], late: named[2] !== undefined };
  }
  const last = Number(cents % 100n);
  const code = `R${String(last % 50).padStart(2, "0")}`;
  return returnCodes[code] ? { code, late: last >= 50 } : undefined;
}
