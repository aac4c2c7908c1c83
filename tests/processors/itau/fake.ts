import type { Money } from "../../../src/domain/money.ts";
import { FakeProcessor } from "../support/fake-processor.ts";

/** What is in the processor's books of one payout. */
export interface ItauTransfer {
  readonly key: string;
  readonly money: Money;
  status: string;
}

/** A fake of Itau: a system of its own, which behaves as its published API document says. */
export class ItauFake {
  readonly http: FakeProcessor;
  readonly transfers: ItauTransfer[] = [];
  readonly apiKey: string;

  constructor(apiKey: string) {
    this.apiKey = apiKey;
    // With `apis: [PublishedApi.load("itau")]` every call and reply is checked against its document.
    this.http = new FakeProcessor();
    this.http.use((request, next) =>
      request.headers["authorization"] === `Bearer ${apiKey}` ? next() : { status: 401 },
    );
  }
}
