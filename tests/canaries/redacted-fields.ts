import type { DescMessage } from "@bufbuild/protobuf";
import { SERVICES } from "../../src/app.ts";

/** The redacted fields that callers can send, and those that they are answered, as `Message.field`. */
export interface RedactedFields {
  readonly sent: ReadonlySet<string>;
  readonly answered: ReadonlySet<string>;
}

/** Walks the contract: whatever a later version adds is found too. */
export function redactedFields(): RedactedFields {
  const methods = SERVICES.flatMap((service) => service.methods);
  return {
    sent: new Set(methods.flatMap(({ input }) => redactedIn(input))),
    answered: new Set(methods.flatMap(({ output }) => redactedIn(output))),
  };
}

function redactedIn(message: DescMessage, seen = new Set<string>()): readonly string[] {
  if (seen.has(message.typeName) || !message.typeName.startsWith(PACKAGE)) return [];
  seen.add(message.typeName);
  return message.fields.flatMap((field) => {
    const own = isRedacted(field) ? [fieldName(message, field.name)] : [];
    return field.message === undefined ? own : [...own, ...redactedIn(field.message, seen)];
  });
}

const PACKAGE = "payout.v1.";

export function isRedacted(field: DescMessage["fields"][number]): boolean {
  return field.proto.options?.debugRedact === true;
}

/** `PayoutMethodData.Ach.account_number`. */
export function fieldName(message: DescMessage, name: string): string {
  return `${message.typeName.slice(PACKAGE.length)}.${name}`;
}
