import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type Contract, localName, oneLine, PACKAGE } from "./contract.ts";
import { isRequired, rulesInWords } from "./field-rules.ts";
import { code, link, table, wayTo } from "./markdown.ts";
import { enumAddress, messageAddress } from "./where.ts";

/** The exact type of a field, with a link where there is more to read. */
export function typeOf(field: DescField, from: string, envelopes: ReadonlySet<string>): string {
  const { fieldKind } = field;
  const name = (text: string) => code(text);
  const of = (): string => {
    const { message, enum: type } = field;
    if (message !== undefined) {
      if (!message.typeName.startsWith(`${PACKAGE}.`)) return name(message.typeName);
      const isPage = !envelopes.has(message.typeName);
      const shown = name(localName(message));
      return isPage ? link(shown, wayTo(from, messageAddress(message))) : shown;
    }
    if (type !== undefined) return link(name(localName(type)), wayTo(from, enumAddress(type)));
    return name(scalarName(field));
  };
  if (fieldKind === "map") return `map from ${name("string")} to ${of()}`;
  if (fieldKind === "list") return `repeated ${of()}`;
  return field.proto.proto3Optional ? `optional ${of()}` : of();
}

const SCALARS: Readonly<Record<number, string>> = {
  1: "double",
  2: "float",
  3: "int64",
  4: "uint64",
  5: "int32",
  8: "bool",
  9: "string",
  12: "bytes",
  13: "uint32",
};

function scalarName({ scalar, name }: DescField): string {
  const found = scalar === undefined ? undefined : SCALARS[scalar];
  if (found === undefined) throw new Error(`the type of ${name} has no name here`);
  return found;
}

/** Whether a field must be given. */
export function requirement(contract: Contract, field: DescField): string {
  if (isRequired(contract.fieldRules(field))) return "yes";
  if (field.oneof !== undefined && contract.isOneofRequired(field)) return "one of them";
  const group = contract.oneOfRules(field.parent).find(({ fields }) => fields.includes(field.name));
  if (group !== undefined) {
    const others = group.fields.filter((name) => name !== field.name).map(code);
    const list = others.join(" or ");
    return group.required ? `this or ${list}` : `not with ${list}`;
  }
  return /\bRequired\b/.test(contract.commentOf(field)) ? "yes" : "no";
}

/** A field in words: its comment, its rules, the values of its enum. */
export function descriptionOf(contract: Contract, field: DescField, withRules: boolean): string {
  const comment = oneLine(contract.commentOf(field));
  const rules = withRules
    ? rulesInWords(contract.fieldRules(field)).filter((rule) => !isSaid(comment, rule))
    : [];
  const values = field.enum?.values
    .filter(({ number }) => number !== 0)
    .map((value) => `${code(value.name)}: ${oneLine(contract.commentOf(value))}`);
  return [
    comment,
    ...(rules.length === 0 ? [] : [`${capital(rules.join("; "))}.`]),
    ...(contract.isSecret(field) ? ["Secret."] : []),
    ...(values ?? []),
  ].join("<br>");
}

/** Comments tell most bounds already. */
function isSaid(comment: string, rule: string): boolean {
  if (rule.includes("`")) return false;
  if (rule === "must be greater than 0") return comment.includes("More than zero");
  const numbers = rule.match(/\d+/g) ?? [];
  const said = new Set(comment.match(/\d+/g) ?? []);
  return numbers.length > 0 && numbers.every((number) => said.has(number));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The fields that a caller gives. */
export function requestTable(contract: Contract, message: DescMessage, from: string): string {
  const envelopes = contract.envelopes();
  return table(
    ["field", "type", "required", "description"],
    message.fields.map((field) => [
      code(field.name),
      typeOf(field, from, envelopes),
      requirement(contract, field),
      descriptionOf(contract, field, true),
    ]),
  );
}

/** The fields of an answer, in a sentence each; the pages of messages have the rest. */
export function responseTable(contract: Contract, message: DescMessage, from: string): string {
  const envelopes = contract.envelopes();
  return table(
    ["field", "type", "description"],
    message.fields.map((field) => [
      code(field.name),
      typeOf(field, from, envelopes),
      oneLine(contract.commentOf(field)),
    ]),
  );
}
