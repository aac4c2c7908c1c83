import { localName, oneLine } from "../contract.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, table } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { ENUMS } from "../where.ts";

/** Every enum with its values and their numbers. */
export function enumsPage(model: Model): readonly [string, string] {
  const { contract } = model;
  const sections = contract.files
    .flatMap((file) => contract.enumsIn(file))
    .sort((a, b) => (localName(a) < localName(b) ? -1 : 1))
    .map((type) =>
      [
        `## ${localName(type)}`,
        contract.commentOf(type),
        table(
          ["value", "number", "meaning"],
          type.values.map((value) => [
            code(value.name),
            String(value.number),
            oneLine(contract.commentOf(value)),
          ]),
        ),
      ].join("\n\n"),
    );
  return referencePage(model, ENUMS, "Enums", introduction(model, "Enums", ENUMS), ...sections);
}
