import type { DescEnum, DescField, DescMessage, JsonObject } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { FieldRules } from "../../gen/buf/validate/validate_pb.js";
import type { Contract } from "./contract.ts";
import { answerExamples } from "./examples.ts";
import { Names } from "./names.ts";
import { RuleSchema } from "./rule-schema.ts";
import { answeredScalar, takenScalar, wellKnownSchema } from "./scalar-schema.ts";
import type { Texts } from "./texts.ts";

/**
 * The messages of the contract as component schemas. What is taken is strict, as the service is: no
 * unknown fields, every rule. What is answered has every field without presence printed, and may grow.
 */
export class Schemas {
  readonly #components = new Map<string, JsonObject>();
  readonly #contract: Contract;
  readonly #texts: Texts;
  readonly #names: Names;
  readonly #rules: RuleSchema;

  constructor(contract: Contract, texts: Texts) {
    this.#contract = contract;
    this.#texts = texts;
    this.#names = new Names(contract.services);
    this.#rules = new RuleSchema(contract);
  }

  /** All that were referred to, by name. */
  components(): JsonObject {
    const entries = [...this.#components].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  }

  /** A reference to a message as it is answered. */
  answer(message: DescMessage): JsonObject {
    const name = this.#names.answer(message);
    return this.#refer(name, () => ({ ...this.#answered(message), ...answerExamples(name) }));
  }

  /** A reference to a message as it is taken, but for fields that are given elsewhere. */
  request(message: DescMessage, elsewhere: readonly DescField[] = []): JsonObject {
    return this.#refer(this.#names.request(message), () => this.#taken(message, elsewhere));
  }

  /** A field as it is answered, without its description. */
  answeredField(field: DescField): JsonObject {
    const value = (): JsonObject => {
      if (field.message !== undefined) {
        return wellKnownSchema(field.message.typeName) ?? this.answer(field.message);
      }
      if (field.enum !== undefined) return this.#enum(field.enum);
      return answeredScalar(field.scalar ?? ScalarType.STRING);
    };
    if (field.fieldKind === "list") return { type: "array", items: value() };
    if (field.fieldKind === "map") return { type: "object", additionalProperties: value() };
    return value();
  }

  /** A field as it is taken, without its description. */
  takenField(field: DescField): JsonObject {
    const rules = this.#contract.fieldRules(field);
    this.#rules.checkField(rules, `${field.parent.typeName}.${field.name}`);
    if (field.fieldKind === "list") {
      const { bounds, items } = this.#rules.items(rules);
      return { type: "array", items: this.#takenValue(field, items), ...bounds };
    }
    if (field.fieldKind === "map") {
      const { bounds, keys, values } = this.#rules.entries(rules);
      const names = takenScalar(ScalarType.STRING, keys, this.#rules);
      return {
        type: "object",
        additionalProperties: this.#takenValue(field, values),
        ...(keys === null ? {} : { propertyNames: names }),
        ...bounds,
      };
    }
    return this.#takenValue(field, rules);
  }

  /** Whether a request without the field is refused. */
  isRequired(field: DescField): boolean {
    const rules = this.#contract.fieldRules(field);
    if (rules === null) return false;
    if (rules.required) return true;
    // Rules on a field without presence hold for its zero value too.
    if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return false;
    const { type } = rules;
    switch (type.case) {
      case "string": {
        const { minLen, pattern, in: oneOf } = type.value;
        const fits = pattern === "" || new RegExp(pattern, "u").test("");
        return minLen > 0n || !fits || (oneOf.length > 0 && !oneOf.includes(""));
      }
      case "enum":
        return type.value.notIn.includes(0);
      case "repeated":
        return type.value.minItems > 0n;
      case "map":
        return type.value.minPairs > 0n;
      case "int32":
      case "int64": {
        const { greaterThan: low } = type.value;
        return (low.case === "gt" && low.value >= 0) || (low.case === "gte" && low.value > 0);
      }
      default:
        return false;
    }
  }

  #takenValue(field: DescField, rules: FieldRules | null): JsonObject {
    if (field.message !== undefined) {
      const known = wellKnownSchema(field.message.typeName);
      return { ...(known ?? this.request(field.message)), ...this.#rules.cel(rules) };
    }
    if (field.enum !== undefined) {
      const given = rules?.type.case === "enum" ? rules.type.value : null;
      const names = this.#rules.enumNames(field.enum, given);
      return names === null ? this.#enum(field.enum) : { type: "string", enum: [...names] };
    }
    return takenScalar(field.scalar ?? ScalarType.STRING, rules, this.#rules);
  }

  #answered(message: DescMessage): JsonObject {
    const described = this.#texts.of(message);
    const [only] = message.oneofs;
    if (only !== undefined && only.fields.length === message.fields.length) {
      return {
        description: described,
        type: "object",
        oneOf: only.fields.map((field) => this.#variant(field, this.answeredField(field))),
      };
    }
    const required = message.fields.filter(
      ({ presence }) => presence === FeatureSet_FieldPresence.IMPLICIT,
    );
    return {
      description: described,
      type: "object",
      properties: this.#properties(message.fields, (field) => this.answeredField(field)),
      ...requiredOf(required),
    };
  }

  #taken(message: DescMessage, elsewhere: readonly DescField[]): JsonObject {
    const description = this.#texts.of(message);
    const fields = message.fields.filter((field) => !elsewhere.includes(field));
    const [only] = message.oneofs;
    if (only !== undefined && only.fields.length === fields.length) {
      if (this.#contract.oneofRules(only)?.required !== true) throw untold(message);
      return {
        description,
        type: "object",
        oneOf: only.fields.map((field) => ({
          ...this.#variant(field, this.takenField(field)),
          additionalProperties: false,
        })),
      };
    }
    if (message.oneofs.some((oneof) => oneof.fields.length > 1)) throw untold(message);
    return {
      description,
      type: "object",
      properties: this.#properties(fields, (field) => this.takenField(field)),
      ...requiredOf(fields.filter((field) => this.isRequired(field))),
      ...this.#groups(message, fields),
      additionalProperties: false,
    };
  }

  /** Fields of which exactly one, or at most one, may be given. */
  #groups(message: DescMessage, fields: readonly DescField[]): JsonObject {
    const rules = this.#contract.messageRules(message);
    if (rules === null) return {};
    if (rules.cel.length > 0 || rules.oneof.length !== 1) throw untold(message);
    const [group] = rules.oneof;
    const names = fields.filter(({ name }) => group?.fields.includes(name)).map((f) => f.jsonName);
    if (group?.required === true) return { oneOf: names.map((name) => ({ required: [name] })) };
    const pairs = names.flatMap((a, index) => names.slice(index + 1).map((b) => [a, b]));
    const exclusions = pairs.map((pair) => ({ not: { required: pair } }));
    return exclusions.length === 1 ? { ...exclusions[0] } : { allOf: exclusions };
  }

  #variant(field: DescField, schema: JsonObject): JsonObject {
    return {
      title: field.jsonName,
      type: "object",
      properties: this.#properties([field], () => schema),
      required: [field.jsonName],
    };
  }

  #properties(
    fields: readonly DescField[],
    schemaOf: (field: DescField) => JsonObject,
  ): JsonObject {
    return Object.fromEntries(
      fields.map((field) => [
        field.jsonName,
        { ...schemaOf(field), description: this.#texts.of(field) },
      ]),
    );
  }

  #enum(desc: DescEnum): JsonObject {
    return this.#refer(this.#names.answer(desc), () => ({
      description: this.#texts.ofEnum(desc),
      type: "string",
      enum: desc.values.map(({ name }) => name),
    }));
  }

  #refer(name: string, make: () => JsonObject): JsonObject {
    if (!this.#components.has(name)) {
      // There before it is made: a message may hold itself.
      this.#components.set(name, {});
      this.#components.set(name, make());
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

function requiredOf(fields: readonly DescField[]): JsonObject {
  return fields.length === 0 ? {} : { required: fields.map(({ jsonName }) => jsonName) };
}

function untold({ typeName }: DescMessage): Error {
  return new Error(
    `the rules of ${typeName} cannot be described yet: see scripts/openapi/schemas.ts`,
  );
}
