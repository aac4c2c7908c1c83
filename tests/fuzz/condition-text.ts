import type { FuzzRandom } from "./fuzz-random.ts";
import { NASTY_TEXTS } from "./nasty.ts";

/** A CEL text: often right, often nearly right, sometimes built to cost much. */
export function conditionText(random: FuzzRandom): string {
  return random.weighted<string>(
    [8, () => bool(random, 3)],
    [6, () => damaged(bool(random, 3), random)],
    [2, () => random.pick(COSTLY)],
    [2, () => random.pick(ODD)],
    [1, () => random.pick(NASTY_TEXTS).toWellFormed()],
    [1, () => deep(random)],
  );
}

function bool(random: FuzzRandom, depth: number): string {
  if (depth === 0) return random.pick(["true", "false", 'currency == "EUR"', "amount > 100"]);
  const sub = () => bool(random, depth - 1);
  return random.weighted<string>(
    [
      3,
      () =>
        `${int(random, depth)} ${random.pick(["==", "!=", "<", "<=", ">", ">="])} ${int(random, depth)}`,
    ],
    [3, () => `${text(random)} ${random.pick(["==", "!=", "<", ">="])} ${text(random)}`],
    [2, () => `(${sub()} ${random.pick(["&&", "||"])} ${sub()})`],
    [1, () => `!${sub()}`],
    [1, () => `${sub()} ? ${sub()} : ${sub()}`],
    [
      2,
      () =>
        `${text(random)}.${random.pick(["startsWith", "endsWith", "contains"])}(${text(random)})`,
    ],
    [1, () => `${text(random)}.matches(${JSON.stringify(random.pick(PATTERNS))})`],
    [1, () => `${text(random)} in [${text(random)}, ${text(random)}]`],
    [1, () => `has(metadata.${random.pick(["tier", "a", "constructor", "__proto__"])})`],
    [1, () => `[1, 2, 3].${random.pick(["all", "exists", "exists_one"])}(x, ${sub()} || x > 1)`],
    [1, () => `metadata.${random.pick(["all", "exists"])}(k, k == ${text(random)})`],
    [1, () => `[${int(random, depth)}].map(x, x + 1).filter(y, y > 0).size() > 0`],
  );
}

function int(random: FuzzRandom, depth: number): string {
  if (depth <= 0) {
    return random.pick([
      "amount",
      "0",
      "1",
      "-1",
      "9223372036854775807",
      "-9223372036854775808",
      "9223372036854775808",
      "10u",
      "1.5",
      "1e3",
      "0x10",
    ]);
  }
  return random.weighted<string>(
    [4, () => int(random, 0)],
    [
      2,
      () =>
        `(${int(random, depth - 1)} ${random.pick(["+", "-", "*", "/", "%"])} ${int(random, depth - 1)})`,
    ],
    [1, () => `size(${text(random)})`],
    [1, () => `int(${text(random)})`],
    [1, () => `-${int(random, depth - 1)}`],
  );
}

function text(random: FuzzRandom): string {
  return random.pick([
    "currency",
    "destination_currency",
    "method",
    "country",
    "priority",
    '"EUR"',
    "'ach'",
    "metadata.tier",
    'metadata["a b"]',
    'metadata["__proto__"]',
    "string(amount)",
    'r"\\d"',
    '"""multi"""',
    'b"bytes"',
    '"\\u00e9\\U0001F600\\x41\\101"',
    '"\\ud800"',
    '(currency + "x")',
  ]);
}

const PATTERNS = [
  "^E",
  "(a+)+$",
  "(a|a)*b",
  "[",
  "(?=x)",
  "\\1",
  "a{1000}",
  "(?i)eur",
  "\\p{L}",
  "x".repeat(101),
  ".*".repeat(40),
  "(".repeat(50) + ")".repeat(50),
  "",
];

const ODD = [
  "",
  " ",
  "//",
  "amount",
  "type(amount)",
  "dyn(amount) == 1",
  "metadata",
  "{}",
  "{'a': 1}['a'] == 1",
  "payout.v1.Money{minor_amount: 1}",
  "google.protobuf.Timestamp{seconds: 1} == null",
  "timestamp('2024-01-01T00:00:00Z') < timestamp('x')",
  "duration('1h') > duration('1s')",
  "null == null",
  "a.b.c.d",
  "`x`",
  "currency.foo()",
  "foo(currency)",
  "optional.none()",
  "[1][0] == 1",
  "[1][5] == 1",
  "[[]] == [[[]]]",
  "1 / 0 == 1",
  "amount % 0 == 0",
  "x",
  "has(currency)",
  "has(metadata)",
  "[].all(x, y, true)",
  "true ? 1 : 'a'",
  "__proto__ == 1",
  "constructor.constructor",
  "metadata.map(k, v, k)",
  "cel.bind(x, 1, x == 1)",
  "[1,2].map(x, [x].map(x, x)) == []",
];

const COSTLY = [
  "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, true))))",
  "metadata.all(a, metadata.all(b, metadata.all(c, metadata.all(d, a != b || c != d))))",
  "metadata.map(a, metadata.map(b, a + b)).size() > 0",
  `${"amount + ".repeat(200)}1 > 0`,
  `${"!".repeat(500)}true`,
  `${"true || ".repeat(200)}true`,
  `currency in [${'"EUR", '.repeat(250)}"USD"]`,
  `${"true ? true : ".repeat(120)}true`,
  `amount ${"- -1 ".repeat(300)} > 0`,
  `"${"x".repeat(1900)}" == currency`,
  `${"currency + ".repeat(150)}currency == ""`,
];

function deep(random: FuzzRandom): string {
  const depth = random.pick([50, 99, 199, 201, 400, 990]);
  return random.pick([
    `${"(".repeat(depth)}true${")".repeat(depth)}`,
    `${"[".repeat(depth)}${"]".repeat(depth)} == []`,
    `${"-".repeat(depth)}1 == 1`,
    "(".repeat(depth),
    `metadata${".a".repeat(depth)} == ''`,
  ]);
}

const TOKENS = [
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ".",
  ",",
  "?",
  ":",
  "&&",
  "||",
  "!",
  "in",
  '"',
  "'",
  "\\",
  "\n",
  "\u0000",
  "é",
  "//",
  "1e999",
  "has(",
  "..",
  "=",
  "===",
];

function damaged(condition: string, random: FuzzRandom): string {
  const at = random.below(condition.length + 1);
  return random.weighted<string>(
    [3, () => condition.slice(0, at) + random.pick(TOKENS) + condition.slice(at)],
    [2, () => condition.slice(0, at) + condition.slice(at + random.between(1, 5))],
    [1, () => condition.slice(0, at)],
    [1, () => condition.slice(at) + condition.slice(0, at)],
  );
}
