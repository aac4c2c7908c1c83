import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { type Contract, localName, oneLine } from "../contract.ts";
import { descriptionOf, requirement, typeOf } from "../fields.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, firstSentence, link, slug, table, wayTo } from "../markdown.ts";
import { isRequiredPart } from "../method-parts.ts";
import type { Model } from "../reference.ts";
import { MESSAGES, messagesPath } from "../where.ts";

/** The messages of each file of the contract, but for requests and responses: those are on their operations' pages. */
export function messagesPages(model: Model): readonly (readonly [string, string])[] {
  return filesWithMessages(model.contract).map(({ file, messages }) => {
    const path = messagesPath(file.name);
    return referencePage(
      model,
      path,
      `Messages of ${code(`${file.name}.proto`)}`,
      ...messages.map((message) => messageSection(model.contract, message, path)),
    );
  });
}

export function messagesIndexPage(model: Model): readonly [string, string] {
  const rows = filesWithMessages(model.contract).flatMap(({ file, messages }) =>
    messages.map((message) => {
      const name = localName(message);
      return [
        link(code(name), wayTo(MESSAGES, `${messagesPath(file.name)}#${slug(name)}`)),
        firstSentence(oneLine(model.contract.commentOf(message))),
      ];
    }),
  );
  return referencePage(
    model,
    MESSAGES,
    "Messages",
    introduction(model, "Messages", MESSAGES),
    table(["message", "what it is"], rows),
  );
}

export function filesWithMessages(
  contract: Contract,
): readonly { readonly file: DescFile; readonly messages: readonly DescMessage[] }[] {
  const envelopes = contract.envelopes();
  return contract.files
    .map((file) => ({
      file,
      messages: contract.messagesIn(file).filter(({ typeName }) => !envelopes.has(typeName)),
    }))
    .filter(({ messages }) => messages.length > 0);
}

function messageSection(contract: Contract, message: DescMessage, path: string): string {
  const isInput = contract.inputs().has(message.typeName);
  const head = ["field", "number", "type", ...(isInput ? ["required"] : []), "description"];
  const envelopes = contract.envelopes();
  const rows = message.fields.map((field) => [
    code(field.name),
    String(field.number),
    typeOf(field, path, envelopes),
    ...(isInput ? [isRequiredPart(field) ? "yes" : requirement(contract, field)] : []),
    field.enum === undefined
      ? descriptionOf(contract, field, isInput)
      : oneLine(contract.commentOf(field)),
  ]);
  return [`## ${localName(message)}`, contract.commentOf(message), table(head, rows)].join("\n\n");
}
