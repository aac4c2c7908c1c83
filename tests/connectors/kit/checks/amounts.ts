import fc from "fast-check";
import { currencyExponent } from "../../../../src/domain/currency.ts";
import type { Money } from "../../../../src/domain/money.ts";
import { always, type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { AUTOMATIC, stepsOfWay } from "../scenario.ts";
import { onStage } from "../stage.ts";
import type { AmountRange } from "../subject.ts";

const RUNS = 12;
/** Amounts that floats get wrong: 1.005, 4.35, 8.2, 0.29, 1.15, 64.1, 2^53 + 1. */
const TRAPS = [1_005n, 435n, 820n, 29n, 115n, 6_410n, 9_007_199_254_740_993n];

/** What the books have is what was ordered, to the last unit. */
export const amounts: Check = {
  name: "amounts",
  cases: (kit) =>
    ([0, 2, 3] as const).map((exponent) => {
      const range = kit.subject.amounts[exponent];
      const why = typeof range === "string" ? ` (none: ${range})` : "";
      const run = async () => {
        if (typeof range !== "string") await exact(kit, range, exponent);
        else demand(range.trim() !== "", "say why there is no such currency");
      };
      return { name: `exact with ${exponent} decimals${why}`, run };
    }),
};

async function exact(kit: Kit, range: AmountRange, exponent: number): Promise<void> {
  const { currency, min, max, multipleOf = 1n } = range;
  demand(currencyExponent(currency) === exponent, `${currency} does not have ${exponent} decimals`);
  const wholes = { min: (min + multipleOf - 1n) / multipleOf, max: max / multipleOf };
  const examples = TRAPS.filter((each) => each >= min && each <= max && each % multipleOf === 0n);
  const property = fc.asyncProperty(fc.bigInt(wholes), (count) =>
    pays(kit, range, { minorAmount: count * multipleOf, currency }),
  );
  const parameters = {
    numRuns: RUNS + examples.length + 2,
    examples: [wholes.min, wholes.max, ...examples.map((each) => each / multipleOf)].map((each) => [
      each,
    ]),
  };
  await always(() => fc.assert(property, parameters));
}

async function pays(kit: Kit, { destinationCurrency }: AmountRange, amount: Money): Promise<void> {
  await onStage(kit, async (stage) => {
    const order = await stage.order(amount, destinationCurrency ?? amount.currency);
    demand(print(order.amount) === print(amount), "the subject's order is of another amount");
    const course = Course.of(stage, order);
    await course.go(stepsOfWay(course, AUTOMATIC));
    for (const [name, entries] of Object.entries(stage.processor.books())) {
      const same = print(entries) === print([amount]);
      demand(same, `ordered ${print(amount)}, in the books ${name} ${print(entries)}`);
    }
  });
}
