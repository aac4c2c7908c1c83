import type { DescEnum, JsonObject, Message } from "@bufbuild/protobuf";
import type {
  EnumRules,
  FieldRules,
  Int32Rules,
  Int64Rules,
  Rule,
  StringRules,
} from "../../gen/buf/validate/validate_pb.js";
import type { Contract } from "./contract.ts";

/**
 * The rules of the contract (buf.validate) as JSON Schema. What cannot be said in JSON Schema is an error,
 * so that a new kind of rule is either described or noticed.
 */
export class RuleSchema {
  readonly #contract: Contract;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  string(rules: StringRules | null): JsonObject {
    if (rules === null) return {};
    this.#knowsAll(rules, ["min_len", "max_len", "pattern", "in"]);
    return {
      ...(rules.minLen > 0n ? { minLength: Number(rules.minLen) } : {}),
      ...(rules.maxLen > 0n ? { maxLength: Number(rules.maxLen) } : {}),
      ...(rules.pattern === "" ? {} : { pattern: rules.pattern }),
      ...(rules.in.length === 0 ? {} : { enum: rules.in }),
    };
  }

  /** Bounds of an integer that is written as a number. */
  integer(rules: Int32Rules | Int64Rules | null): JsonObject {
    if (rules === null) return {};
    this.#knowsAll(rules, ["lt", "lte", "gt", "gte"]);
    const { greaterThan: low, lessThan: high } = rules;
    return {
      ...(low.case === "gte" ? { minimum: Number(low.value) } : {}),
      ...(low.case === "gt" ? { exclusiveMinimum: Number(low.value) } : {}),
      ...(high.case === "lte" ? { maximum: Number(high.value) } : {}),
      ...(high.case === "lt" ? { exclusiveMaximum: Number(high.value) } : {}),
    };
  }

  /** The names that are taken; null for all that there are. */
  enumNames(desc: DescEnum, rules: EnumRules | null): readonly string[] | null {
    if (rules === null) return null;
    this.#knowsAll(rules, ["defined_only", "not_in"]);
    if (rules.notIn.length === 0) return null;
    return desc.values.filter(({ number }) => !rules.notIn.includes(number)).map((v) => v.name);
  }

  items(rules: FieldRules | null): {
    readonly bounds: JsonObject;
    readonly items: FieldRules | null;
  } {
    if (rules?.type.case !== "repeated") return { bounds: {}, items: null };
    const { value } = rules.type;
    this.#knowsAll(value, ["min_items", "max_items", "unique", "items"]);
    return {
      bounds: {
        ...(value.minItems > 0n ? { minItems: Number(value.minItems) } : {}),
        ...(value.maxItems > 0n ? { maxItems: Number(value.maxItems) } : {}),
        ...(value.unique ? { uniqueItems: true } : {}),
      },
      items: value.items ?? null,
    };
  }

  entries(rules: FieldRules | null): {
    readonly bounds: JsonObject;
    readonly keys: FieldRules | null;
    readonly values: FieldRules | null;
  } {
    if (rules?.type.case !== "map") return { bounds: {}, keys: null, values: null };
    const { value } = rules.type;
    this.#knowsAll(value, ["min_pairs", "max_pairs", "keys", "values"]);
    return {
      bounds: {
        ...(value.minPairs > 0n ? { minProperties: Number(value.minPairs) } : {}),
        ...(value.maxPairs > 0n ? { maxProperties: Number(value.maxPairs) } : {}),
      },
      keys: value.keys ?? null,
      values: value.values ?? null,
    };
  }

  /** Rules in CEL, of which those are described that are in use. */
  cel(rules: FieldRules | null): JsonObject {
    const parts = (rules?.cel ?? []).map(({ id, expression }: Rule) => {
      const known = EXPRESSIONS.get(expression);
      if (known === undefined) throw new Error(`the rule ${id} needs a JSON Schema in ${here}`);
      return known;
    });
    return Object.assign({}, ...parts);
  }

  /** Fails where a field has rules of which nothing is read here. */
  checkField(rules: FieldRules | null, where: string): void {
    if (rules === null) return;
    const known = ["cel", "required", "int32", "int64", "string", "enum", "repeated", "map"];
    this.#knowsAll(rules, known, where);
  }

  #knowsAll(rules: Message, known: readonly string[], where = ""): void {
    const unknown = this.#contract.namesSet(rules).filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `${rules.$typeName}.${unknown[0]} of ${where} cannot be described yet: see ${here}`,
      );
    }
  }
}

const here = "scripts/openapi/rule-schema.ts";

const EXPRESSIONS: ReadonlyMap<string, JsonObject> = new Map([
  [
    "this.minor_amount > 0",
    {
      properties: { minorAmount: { pattern: "^0*[1-9][0-9]*$", exclusiveMinimum: 0 } },
      required: ["minorAmount"],
    },
  ],
]);
