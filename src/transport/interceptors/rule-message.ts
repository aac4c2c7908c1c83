import { type DescField, getOption, hasOption } from "@bufbuild/protobuf";
import type { Violation } from "@bufbuild/protovalidate";
import {
  type FieldRules,
  field as fieldRules,
  type Int32Rules,
  type Int64Rules,
} from "../../../gen/buf/validate/validate_pb.js";

/** What the patterns of the contract mean, in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  "^[A-Z]{3}$": "must be an ISO 4217 code of three capital letters, such as EUR",
  "^([A-Z]{3})?$": "must be an ISO 4217 code of three capital letters, such as EUR",
  "^([A-Z]{2})?$": "must be an ISO 3166-1 code of two capital letters, such as DE",
  "^(#[0-9A-Fa-f]{6})?$": 'must be a colour such as "#1f5fd1"',
  "^[A-Za-z0-9_.:/-]{0,64}$": "must be 1 to 64 letters, digits and -_.:/",
  "^[a-z0-9_-]{0,32}$": "must be a connector's name: lower-case letters, digits, - and _",
  "^[A-Z0-9_]{0,64}$": "must be capital letters, digits and _",
  "^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$": "must be a BCP 47 language tag, such as pt-BR",
};

/** The message for a violated rule of the contract: a constant for each rule, with the rule's own bound. */
export function ruleMessage({ field, ruleId, forKey }: Violation): string {
  // Of a oneof too, which has no field to describe it.
  if (ruleId === "required") return "is required";
  const described = field.findLast((part) => part.kind === "field") as DescField | undefined;
  const inList = field.at(-1)?.kind === "list_sub";
  const inMap = field.at(-1)?.kind === "map_sub";
  const rules = described === undefined ? undefined : rulesOf(described, { inList, inMap, forKey });
  const message = rules === undefined ? "is not valid" : fromRules(ruleId, rules);
  return inMap ? `${forKey ? "a key" : "a value"} ${message}` : message;
}

function rulesOf(
  field: DescField,
  { inList, inMap, forKey }: { inList: boolean; inMap: boolean; forKey: boolean },
): FieldRules | undefined {
  if (!hasOption(field, fieldRules)) return undefined;
  const rules = getOption(field, fieldRules);
  const { type } = rules;
  if (inList && type.case === "repeated") return type.value.items;
  if (inMap && type.case === "map") return forKey ? type.value.keys : type.value.values;
  return rules;
}

function fromRules(ruleId: string, { type }: FieldRules): string {
  switch (type.case) {
    case "string": {
      const { minLen, maxLen, pattern, in: oneOf } = type.value;
      if (ruleId === "string.in") return `must be one of ${oneOf.join(", ")}`;
      if (ruleId === "string.pattern") return PATTERNS[pattern] ?? "does not have the right form";
      if (ruleId === "string.min_len" && minLen === 1n) return "is required";
      return maxLen > 0n && minLen > 0n
        ? `must be ${minLen} to ${maxLen} characters long`
        : `must be at most ${maxLen} characters long`;
    }
    case "int32":
    case "int64":
      return bounds(type.value);
    case "enum":
      return "must be one of the values of its enum";
    case "repeated":
      if (ruleId === "repeated.unique") return "must not name anything twice";
      if (ruleId === "repeated.min_items") return "is required";
      return `must have at most ${type.value.maxItems} entries`;
    case "map":
      return `must have at most ${type.value.maxPairs} entries`;
    default:
      return "is not valid";
  }
}

function bounds({ lessThan, greaterThan }: Int32Rules | Int64Rules): string {
  const parts: string[] = [];
  if (greaterThan.case === "gt") parts.push(`greater than ${greaterThan.value}`);
  if (greaterThan.case === "gte") parts.push(`at least ${greaterThan.value}`);
  if (lessThan.case === "lt") parts.push(`less than ${lessThan.value}`);
  if (lessThan.case === "lte") parts.push(`at most ${lessThan.value}`);
  return `must be ${parts.join(" and ")}`;
}
