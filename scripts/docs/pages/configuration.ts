import { SETTINGS, type Setting } from "../../../src/settings.ts";
import { describedConnectors } from "../connectors.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, table } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { CONFIGURATION } from "../where.ts";

/** Every setting that is read from the environment, with its default and its bound. */
export function configurationPage(model: Model): readonly [string, string] {
  const text = (title: string) => introduction(model, title, CONFIGURATION);
  const sections = describedConnectors()
    .filter(({ accountFields }) => accountFields.length > 0)
    .map(({ manifest: { name, displayName }, accountFields }) => {
      const prefix = `PAYOUT_CONNECTOR_${name.toUpperCase()}_`;
      return [
        `### ${displayName}`,
        table(
          ["name", "required", "secret", "meaning"],
          [
            ...accountFields.map(({ name: field, required, secret, about }) => [
              code(prefix + field.toUpperCase()),
              required ? "yes" : "no",
              secret ? "yes" : "no",
              about,
            ]),
            [
              code(`${prefix}BASE_URL`),
              "no",
              "no",
              "Where the processor is, for every account there.",
            ],
          ],
        ),
      ].join("\n\n");
    });
  return referencePage(
    model,
    CONFIGURATION,
    "Configuration",
    text("Configuration"),
    "## Settings",
    table(
      ["name", "default", "bound", "meaning"],
      Object.entries(SETTINGS as Readonly<Record<string, Setting>>).map(([name, setting]) => [
        code(name),
        valueOrWords(String(setting.otherwise)),
        boundOf(setting),
        setting.about,
      ]),
    ),
    "## Accounts at processors",
    text("Accounts at processors"),
    ...sections,
    "## The sandbox processor as a process of its own",
    text("The sandbox processor as a process of its own"),
  );
}

function boundOf(setting: Setting): string {
  if (setting.kind === "whole") return `${setting.least} to ${setting.most}`;
  if (setting.kind === "choice") return setting.of.map(code).join(", ");
  return setting.bound;
}

/** "absent: made in the data folder" is no value. */
function valueOrWords(text: string): string {
  return text.includes(" ") || text === "none" ? text : code(text);
}
