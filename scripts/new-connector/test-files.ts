import type { NamedFile } from "./render.ts";

/** A fake of the processor, and what the conformance kit is told. */
export function testFiles(name: string): readonly NamedFile[] {
  const pascal = name.charAt(0).toUpperCase() + name.slice(1);
  return [
    {
      path: `tests/processors/${name}/fake.ts`,
      text: `import type { Clock } from "../../../src/clock.ts";
import type { Money } from "../../../src/domain/money.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { countingIds } from "../support/ids.ts";

/** What is in the processor's books of one payout. */
export interface ${pascal}Transfer {
  readonly key: string;
  readonly money: Money;
  status: string;
}

/**
 * A fake of ${pascal}: a system of its own, which behaves as its published API document says. Where there is
 * none: say here what it rests on, and what of it is assumed.
 */
export class ${pascal}Fake {
  readonly http: FakeProcessor;
  readonly transfers: ${pascal}Transfer[] = [];
  readonly apiKey: string;

  /** @param clock by default one that stands still until a test moves it */
  constructor(apiKey: string, clock?: Clock) {
    this.apiKey = apiKey;
    // With \`apis: [PublishedApi.load("${name}")]\` every call and reply is checked against its document.
    this.http = new FakeProcessor({ ids: countingIds(apiKey), ...(clock && { clock }) });
    this.http.use((request, next) =>
      request.headers["authorization"] === \`Bearer \${apiKey}\` ? next() : { status: 401 },
    );
  }
}
`,
    },
    {
      path: `tests/processors/${name}/main.ts`,
      text: `import { runByHand } from "../support/run-by-hand.ts";
import { ${pascal}Fake } from "./fake.ts";

/** \`node tests/processors/${name}/main.ts --port 9100\`; its key is "api-key". */
await runByHand("${pascal}", 9100, async ({ clock, port }) => {
  const fake = new ${pascal}Fake("api-key", clock);
  await fake.http.listen(port);
  return fake;
});
`,
    },
    {
      path: `tests/connectors/${name}/subject.ts`,
      text: `import type { Money } from "../../../src/domain/money.ts";
import { ${pascal}Fake } from "../../processors/${name}/fake.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";

let opened = 0;

/** One merchant's account at a fake of its own. */
class ${pascal}Processor implements OpenProcessor {
  readonly fake: ${pascal}Fake;
  readonly settings: Readonly<Record<string, string>>;

  constructor(fake: ${pascal}Fake) {
    this.fake = fake;
    this.settings = { api_key: fake.apiKey };
  }

  static async open(): Promise<${pascal}Processor> {
    opened += 1;
    const fake = new ${pascal}Fake(\`api-key-of-merchant-\${opened}\`);
    await fake.http.listen();
    return new ${pascal}Processor(fake);
  }

  get http() {
    return this.fake.http;
  }

  async order(
    amount: Money = { minorAmount: 10_029n, currency: "EUR" },
    destinationCurrency = amount.currency,
  ): Promise<Order> {
    return {
      amount,
      destinationCurrency,
      method: { kind: "sepa", iban: "DE89370400440532013000", holderName: "Ada Lovelace" },
      person: { type: "INDIVIDUAL", individual: { givenName: "Ada", familyName: "Lovelace" } },
      registered: { recipientId: null, accountId: null },
      metadata: {},
    };
  }

  settle(): void {
    for (const each of this.fake.transfers) each.status = "paid";
  }

  books() {
    return { transfers: this.fake.transfers.map(({ money }) => money) };
  }

  close(): Promise<void> {
    return this.fake.http.close();
  }
}

export const subject: ConnectorSubject = {
  open: () => ${pascal}Processor.open(),
  requests: { check: [], pay: [{ method: "POST", path: "/transfers", acts: true }] },
  amounts: {
    0: "Say why there is none, or give a currency.",
    2: { currency: "EUR", min: 1n, max: 100_000n },
    3: "Say why there is none, or give a currency.",
  },
  words: [
    {
      of: "transfer",
      // All that are documented; and \`documented\`, which reads them from the published document.
      meaning: { paid: "SUCCESS" },
      show({ fake }: ${pascal}Processor, word) {
        for (const each of fake.transfers) each.status = word;
      },
    },
  ],
  // Each makes the fake refuse: \`processor.fake.balance = 0n\`.
  refusals: [{ name: "no funds", step: "pay", prepare: (processor) => processor.order() }],
};
`,
    },
  ];
}
