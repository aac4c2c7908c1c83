import type { parse } from "@bufbuild/cel";

/** A parsed expression, as @bufbuild/cel gives it. */
type Expr = ReturnType<typeof parse>["expr"];
type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

/**
 * What a condition can be made of. There are no fractions: amounts are whole minor units, and
 * `amount > 10.50` is somebody who thinks in major ones. `?` is the element of an empty list.
 */
type Type = "bool" | "int" | "string" | "map" | "?" | `list<${string}>`;

/** What is known of a part of an expression before it is ever evaluated. */
interface Part {
  readonly type: Type;
  /** Steps that evaluating it takes at most. */
  readonly cost: number;
  /** Elements that it has at most, where it is a list or a map. */
  readonly size: number;
}

export type ConditionFault =
  | "UNREADABLE"
  | "UNKNOWN_NAME"
  | "UNKNOWN_FUNCTION"
  | "LITERAL"
  | "TYPES"
  | "PATTERN"
  | "DEPTH"
  | "COST"
  | "NOT_BOOLEAN";

/** What is wrong with a condition, and which part of it is to blame. */
export class ConditionError extends Error {
  readonly fault: ConditionFault;
  /** The part's id in the parsed expression. */
  readonly id: bigint;

  constructor(fault: ConditionFault, id: bigint) {
    super(fault);
    this.fault = fault;
    this.id = id;
  }
}

/** The variables of a condition. */
const VARIABLES: ReadonlyMap<string, Part> = new Map([
  ["amount", { type: "int", cost: 1, size: 0 }],
  ["currency", { type: "string", cost: 1, size: 0 }],
  ["destination_currency", { type: "string", cost: 1, size: 0 }],
  ["method", { type: "string", cost: 1, size: 0 }],
  ["country", { type: "string", cost: 1, size: 0 }],
  ["priority", { type: "string", cost: 1, size: 0 }],
  // The contract bounds metadata at 50 entries.
  ["metadata", { type: "map", cost: 1, size: 50 }],
]);

export const VARIABLE_NAMES: readonly string[] = [...VARIABLES.keys()];

/** Deeper than anybody writes, and far from the end of the stack. */
const MAX_DEPTH = 200;
/** Steps of one evaluation: about a millisecond. Without a macro 2000 characters cannot reach it. */
const MAX_COST = 5000;
/** A pattern is compiled and run over up to 500 characters. */
const PATTERN_COST = 100;
const MAX_PATTERN = 100;

/** Functions by their name in the parsed expression: the types that they take, and give. */
const FUNCTIONS: ReadonlyMap<string, readonly { takes: readonly Type[]; gives: Type }[]> = new Map(
  Object.entries({
    "_&&_": [{ takes: ["bool", "bool"], gives: "bool" }],
    "_||_": [{ takes: ["bool", "bool"], gives: "bool" }],
    "!_": [{ takes: ["bool"], gives: "bool" }],
    "@not_strictly_false": [{ takes: ["bool"], gives: "bool" }],
    "-_": [{ takes: ["int"], gives: "int" }],
    "_+_": [
      { takes: ["int", "int"], gives: "int" },
      { takes: ["string", "string"], gives: "string" },
    ],
    "_-_": [{ takes: ["int", "int"], gives: "int" }],
    "_*_": [{ takes: ["int", "int"], gives: "int" }],
    "_/_": [{ takes: ["int", "int"], gives: "int" }],
    "_%_": [{ takes: ["int", "int"], gives: "int" }],
    ...Object.fromEntries(
      ["_<_", "_<=_", "_>_", "_>=_"].map((name) => [
        name,
        [
          { takes: ["int", "int"], gives: "bool" },
          { takes: ["string", "string"], gives: "bool" },
        ],
      ]),
    ),
    "@in": [{ takes: ["string", "map"], gives: "bool" }],
    "_[_]": [{ takes: ["map", "string"], gives: "string" }],
    startsWith: [{ takes: ["string", "string"], gives: "bool" }],
    endsWith: [{ takes: ["string", "string"], gives: "bool" }],
    contains: [{ takes: ["string", "string"], gives: "bool" }],
    matches: [{ takes: ["string", "string"], gives: "bool" }],
    size: [
      { takes: ["string"], gives: "int" },
      { takes: ["map"], gives: "int" },
    ],
    int: [{ takes: ["string"], gives: "int" }],
    string: [{ takes: ["int"], gives: "string" }],
  } satisfies Record<string, readonly { takes: readonly Type[]; gives: Type }[]>),
);

const METHODS: ReadonlySet<string> = new Set(["startsWith", "endsWith", "contains", "matches"]);

/**
 * Checks a condition before it is stored: every name is known, the types fit, the whole is a
 * boolean, and evaluating it takes a bounded number of steps. @bufbuild/cel 0.6 evaluates, but its
 * own type checker does not exist yet: there, `amount == "USD"` is simply never true.
 *
 * @param isPattern whether a text compiles as a regular expression
 * @throws ConditionError
 */
export function checkCondition(expr: Expr, isPattern: (text: string) => boolean): void {
  const { type, cost } = partOf(expr, VARIABLES, { depth: 0, isPattern });
  if (type !== "bool") throw new ConditionError("NOT_BOOLEAN", expr.id);
  if (cost > MAX_COST) throw new ConditionError("COST", expr.id);
}

type Scope = ReadonlyMap<string, Part>;

interface Terms {
  readonly depth: number;
  readonly isPattern: (text: string) => boolean;
}

function partOf(expr: Expr, scope: Scope, { depth, isPattern }: Terms): Part {
  const { id, exprKind } = expr;
  if (depth > MAX_DEPTH) throw new ConditionError("DEPTH", id);
  const part = (child: Expr | undefined, within: Scope = scope): Part => {
    if (child === undefined) throw new ConditionError("UNREADABLE", id);
    return partOf(child, within, { depth: depth + 1, isPattern });
  };
  switch (exprKind.case) {
    case "constExpr": {
      const type = LITERALS[exprKind.value.constantKind.case ?? ""];
      if (type === undefined) throw new ConditionError("LITERAL", id);
      return { type, cost: 1, size: 0 };
    }
    case "identExpr": {
      const known = scope.get(exprKind.value.name);
      if (known === undefined) throw new ConditionError("UNKNOWN_NAME", id);
      return known;
    }
    case "selectExpr": {
      const { operand, testOnly } = exprKind.value;
      const { type, cost } = part(operand);
      if (type !== "map") throw new ConditionError("TYPES", id);
      return { type: testOnly ? "bool" : "string", cost: cost + 1, size: 0 };
    }
    case "listExpr": {
      const elements = exprKind.value.elements.map((element) => part(element));
      const type = elements.reduce<Type>((known, each) => unified(known, each.type, id), "?");
      return { type: `list<${type}>`, cost: 1 + costOf(elements), size: elements.length };
    }
    case "callExpr":
      return callOf(expr, exprKind.value, part, isPattern);
    case "comprehensionExpr": {
      const { accuInit, accuVar, iterRange, iterVar, iterVar2, ...loop } = exprKind.value;
      const range = part(iterRange);
      const element = range.type === "map" ? "string" : elementOf(range.type);
      // Over two variables is an extension that is not switched on.
      if (element === undefined || iterVar2 !== "") throw new ConditionError("TYPES", id);
      const start = part(accuInit);
      const variable = { type: element, cost: 1, size: 0 };
      // What is gathered grows to the range's size at most.
      const gathered = { ...start, cost: 1, size: range.size };
      const within = new Map(scope).set(iterVar, variable).set(accuVar, gathered);
      // Once only: parts that are looked at twice, nested, would be looked at 2^depth times.
      const step = part(loop.loopStep, within);
      const condition = part(loop.loopCondition, within);
      if (condition.type !== "bool") throw new ConditionError("TYPES", id);
      const type = unified(start.type, step.type, id);
      const end = part(loop.result, new Map(within).set(accuVar, { ...gathered, type }));
      const turns = range.size * (condition.cost + step.cost);
      return { ...end, cost: range.cost + start.cost + end.cost + turns };
    }
    default:
      throw new ConditionError("LITERAL", id);
  }
}

const LITERALS: Readonly<Record<string, Type>> = {
  boolValue: "bool",
  int64Value: "int",
  stringValue: "string",
};

function callOf(
  { id }: Expr,
  { function: name, target, args }: Call,
  part: (child: Expr | undefined) => Part,
  isPattern: Terms["isPattern"],
): Part {
  // As @bufbuild/cel has them: "a".contains("b"), int("1"), and size either way.
  if (name !== "size" && METHODS.has(name) !== (target !== undefined)) {
    throw new ConditionError("UNKNOWN_FUNCTION", id);
  }
  const given = target === undefined ? args : [target, ...args];
  const parts = given.map((each) => part(each));
  const types = parts.map(({ type }) => type);
  const cost = 1 + costOf(parts);
  const size = parts.reduce((sum, each) => sum + each.size, 0);
  const [a = "?", b = "?", c = "?"] = types;
  const arity = types.length;
  if (name === "matches" && arity === 2) checkPattern(given[1], id, isPattern);
  const overload = FUNCTIONS.get(name)?.find(
    ({ takes }) => takes.length === arity && takes.every((type, index) => type === types[index]),
  );
  if (overload !== undefined) {
    return { type: overload.gives, cost: cost + (name === "matches" ? PATTERN_COST : 0), size: 0 };
  }
  // What works for every type.
  if (arity === 2 && (name === "_==_" || name === "_!=_")) {
    unified(a, b, id);
    return { type: "bool", cost: cost + size, size: 0 };
  }
  if (arity === 3 && name === "_?_:_" && a === "bool") {
    return { type: unified(b, c, id), cost, size };
  }
  const [list, element] = [elementOf(a), elementOf(b)];
  if (arity === 2 && name === "@in" && element !== undefined) {
    unified(a, element, id);
    return { type: "bool", cost: cost + size, size: 0 };
  }
  if (arity === 2 && name === "_+_" && list !== undefined && element !== undefined) {
    return { type: unified(a, b, id), cost: cost + size, size };
  }
  if (arity === 1 && name === "size" && list !== undefined) return { type: "int", cost, size: 0 };
  if (arity === 2 && name === "_[_]" && list !== undefined && b === "int") {
    return { type: list, cost, size };
  }
  const known = FUNCTIONS.has(name) || ["_==_", "_!=_", "_?_:_"].includes(name);
  throw new ConditionError(known ? "TYPES" : "UNKNOWN_FUNCTION", id);
}

/**
 * A pattern must be written out, so that it is known to compile, and have no counted repetition,
 * which makes a long program of a short pattern.
 */
function checkPattern(pattern: Expr | undefined, id: bigint, isPattern: Terms["isPattern"]): void {
  const constant = pattern?.exprKind.case === "constExpr" ? pattern.exprKind.value : undefined;
  const kind = constant?.constantKind;
  const text = kind?.case === "stringValue" ? kind.value : undefined;
  const isShort = text !== undefined && text.length <= MAX_PATTERN && !text.includes("{");
  if (!isShort || !isPattern(text)) {
    throw new ConditionError("PATTERN", id);
  }
}

function elementOf(type: Type): Type | undefined {
  return type.startsWith("list<") ? (type.slice(5, -1) as Type) : undefined;
}

/** The type that both are; an empty list is a list of anything. */
function unified(a: Type, b: Type, id: bigint): Type {
  if (a === b || b === "?") return a;
  if (a === "?") return b;
  const [x, y] = [elementOf(a), elementOf(b)];
  if (x === undefined || y === undefined) throw new ConditionError("TYPES", id);
  return `list<${unified(x, y, id)}>`;
}

function costOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}
