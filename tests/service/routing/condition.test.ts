import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileCondition, type RoutingFacts } from "../../../src/service/routing/condition.ts";
import { ConditionCache } from "../../../src/service/routing/condition-cache.ts";

const FACTS: RoutingFacts = {
  amount: { minorAmount: 12_500n, currency: "USD" },
  destinationCurrency: "EUR",
  method: "sepa",
  country: "DE",
  priority: null,
  metadata: { tier: "gold", "order-id": "A17" },
};

function verdict(text: string, facts: RoutingFacts = FACTS) {
  const compiled = compileCondition(text);
  if ("message" in compiled) throw new Error(compiled.message);
  return compiled.condition(facts);
}

function fault(text: string): string | null {
  const compiled = compileCondition(text);
  return "message" in compiled ? compiled.message : null;
}

describe("a condition", () => {
  it.each([
    ["", "holds"],
    ["  ", "holds"],
    ["true", "holds"],
    ["amount > 12499 && amount <= 12500", "holds"],
    ["amount > 9007199254740991", "does_not_hold"],
    ["amount * 2 + 1 == 25001 && amount / 2 == 6250 && amount % 7 != 1", "holds"],
    ["-amount < 0", "holds"],
    ['currency == "USD" && destination_currency == "EUR"', "holds"],
    ['currency in ["EUR", "USD"]', "holds"],
    ["amount in []", "does_not_hold"],
    ['method == "sepa" && country == "DE" && priority == ""', "holds"],
    ['metadata.tier == "gold"', "holds"],
    ['metadata["order-id"].startsWith("A") && "tier" in metadata', "holds"],
    ["has(metadata.tier) && !has(metadata.none)", "holds"],
    ['metadata["order-id"].matches("^[A-Z][0-9]+$")', "holds"],
    ['int(metadata["order-id"].size() == 3 ? "3" : "x") == size(currency)', "holds"],
    ['metadata.exists(key, key.endsWith("id")) && metadata.all(key, key != "")', "holds"],
    ["[1, 2, 3].filter(each, each > 1).size() == 2", "holds"],
    ['["a"].map(each, each + "b") == ["ab"]', "holds"],
    ["[1, 2].exists_one(each, each == 2)", "holds"],
    ['amount > 1 ? currency < "V" : false', "holds"],
    ['country == "FR" || metadata.none == "x"', "error"],
    ['metadata.none == "x" || true', "holds"],
    ['metadata.constructor == "x"', "error"],
    ['"constructor" in metadata', "does_not_hold"],
    ["int(metadata.tier) > 1", "error"],
    ["amount / 0 == 1", "error"],
    ["amount * 9223372036854775807 > 0", "error"],
    ["[1, 2][7] == 1", "error"],
  ] as const)("%s: %s", (text, expected) => {
    expect(verdict(text)).toBe(expected);
  });

  it("sees what is not known as empty", () => {
    const facts = { ...FACTS, method: null, country: null, metadata: {} };
    expect(verdict('method == "" && country == "" && size(metadata) == 0', facts)).toBe("holds");
    expect(verdict('priority == "INSTANT"', { ...FACTS, priority: "INSTANT" })).toBe("holds");
  });

  it.each([
    ["amount >", "cannot be read (at line 1, column 8)"],
    ['currency == "U', "cannot be read (at line 1, column 10)"],
    ['"\\ud800" == currency', "cannot be read"],
    ["amount > 1 &&\n  amont < 5", "no names but"],
    ["constructor == 1", "no names but"],
    ["amount > 10.5", "no literals but"],
    ["amount > 1u", "no literals but"],
    ["null == null", "no literals but"],
    ['{"a": 1}.a == 1', "no literals but"],
    ["Payout{a: 1} == 1", "no literals but"],
    ['amount == "USD"', "the types that it takes"],
    ["amount && true", "the types that it takes"],
    ["amount.tier == 1", "the types that it takes"],
    ['[1, "a"] == [1]', "the types that it takes"],
    ["currency.all(each, true)", "the types that it takes"],
    ["currency.size() + currency == 1", "the types that it takes"],
    ['"a".frobnicate()', "no functions but"],
    ['startsWith(currency, "U")', "no functions but"],
    ["currency.int() == 1", "no functions but"],
    ["timestamp(currency) == timestamp(currency)", "no functions but"],
    ["currency.matches(method)", "pattern in quotes"],
    ['currency.matches("(")', "pattern in quotes"],
    ['currency.matches("((a{100}){100}){100}")', "pattern in quotes"],
    ["amount", "must be true or false"],
    ["currency", "must be true or false"],
    [`${"-".repeat(2)}${"(".repeat(300)}amount${")".repeat(300)}`, ""],
    [`amount > ${Array.from({ length: 300 }, () => "1").join(" + ")}`, "less deeply nested"],
    ["metadata.all(a, metadata.all(b, metadata.all(c, a != b)))", "fewer steps"],
    [`[${"1,".repeat(400)}1].map(a, a).size() > 0`, "fewer steps"],
    [`${"[1].all(a, ".repeat(120)}true${")".repeat(120)}`, ""],
  ])("%s is refused: %s", (text, message) => {
    expect(fault(text)).toContain(message);
  });

  it("says where, and repeats nothing", () => {
    expect(fault("amount > 1 &&\n  secret_4242 < 5")).toBe(
      "must use no names but amount, currency, destination_currency, method, country, priority, metadata (at line 2, column 3)",
    );
    for (const text of ["secret_4242 ==", "'secret_4242' + 1 == 'a'", "secret_4242()"]) {
      expect(fault(text)).not.toContain("4242");
    }
  });

  it("never throws, whatever the text", () => {
    const words = [
      "amount",
      "currency",
      "metadata",
      "metadata.tier",
      "(",
      ")",
      "[",
      "]",
      "&&",
      "||",
      "!",
      "==",
      ">",
      "+",
      "-",
      "/",
      "?",
      ":",
      ",",
      ".",
      "1",
      '"USD"',
      "true",
      "in",
      "has(",
      ".all(",
      "x",
      ".map(",
      ".matches(",
      "{",
      "}",
      "int(",
      "\n",
      "'",
    ];
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 50 }),
      fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(" ")),
      fc
        .tuple(fc.constantFrom(...words, "[1].all(a,"), fc.integer({ min: 1, max: 700 }))
        .map(([word, times]) => word.repeat(times).slice(0, 2000)),
    );
    const property = fc.property(text, (condition) => {
      const compiled = compileCondition(condition);
      if ("message" in compiled) return compiled.message.startsWith("must ");
      return ["holds", "does_not_hold", "error"].includes(compiled.condition(FACTS));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("takes a bounded time at its worst", () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_unused, index) => [`k${index}`, "a".repeat(500)]),
    );
    const worst = [
      `metadata.all(a, metadata[a].contains("b${"a".repeat(300)}") || true)`,
      `metadata.size() == 50 && ${'currency.matches("^(a|b|ab)*c$") || '.repeat(30)}true`,
      `amount > 0 ${"&& amount > 0".repeat(150)}`,
    ];
    for (const text of worst) {
      const compiled = compileCondition(text);
      if ("message" in compiled) continue;
      const began = performance.now();
      for (let i = 0; i < 10; i += 1) compiled.condition({ ...FACTS, metadata });
      expect((performance.now() - began) / 10).toBeLessThan(50);
    }
  });
});

describe("the cache of conditions", () => {
  it("keeps a condition, and forgets the longest unused when there are too many", () => {
    const cache = new ConditionCache(20);
    const first = cache.get("amount > 1");
    expect(cache.get("amount > 1")).toBe(first);
    cache.get("amount > 2");
    cache.get("amount > 1");
    cache.get("amount > 3");
    expect(cache.get("amount > 1")).toBe(first);
    cache.get("amount > 4");
    cache.get("amount > 5");
    expect(cache.get("amount > 1")).not.toBe(first);
  });

  it("takes a stored condition that no longer compiles for one that cannot be evaluated", () => {
    expect(new ConditionCache(100).get("amount >")(FACTS)).toBe("error");
  });
});
