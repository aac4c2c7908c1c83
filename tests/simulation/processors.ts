import type { LedgerFund, LedgerTransfer, LyingProcessor, Mischief } from "./processor.ts";

/** Every processor of a run, whose books are audited together. */
export class Processors {
  readonly all: readonly LyingProcessor[];

  constructor(all: readonly LyingProcessor[]) {
    this.all = all;
  }

  /** Every transfer, wherever it was accepted. */
  get books(): readonly LedgerTransfer[] {
    return this.all.flatMap(({ books }) => books);
  }

  /** Every sum that was moved to be paid from. */
  get funds(): readonly LedgerFund[] {
    return this.all.flatMap(({ funds }) => funds);
  }

  /** What they still have to do by themselves. */
  get busy(): number {
    return this.all.reduce((sum, { busy }) => sum + busy, 0);
  }

  get entries(): number {
    return this.all.reduce((sum, { entries }) => sum + entries, 0);
  }

  set mischief(mischief: Mischief) {
    for (const each of this.all) each.mischief = mischief;
  }

  set deliver(deliver: LyingProcessor["deliver"]) {
    for (const each of this.all) each.deliver = deliver;
  }
}
