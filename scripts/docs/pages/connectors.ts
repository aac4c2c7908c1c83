import type { ConnectorManifest, Operation } from "../../../src/connectors/connector.ts";
import { type DescribedConnector, describedConnectors } from "../connectors.ts";
import { DocsFault } from "../fault.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, link, moveLinks, slug, table } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { RULES_PATH } from "../rules.ts";
import { CONNECTORS } from "../where.ts";

const OPERATIONS: readonly (readonly [Operation, string])[] = [
  ["CREATE", "Create"],
  ["TRANSFER", "Transfer"],
  ["GET", "Get"],
  ["VOID", "Void"],
  ["STAGE", "Stage"],
  ["CREATE_LINK", "CreateLink"],
  ["CREATE_RECIPIENT", "CreateRecipient"],
  ["ENROLL_DISBURSE_ACCOUNT", "EnrollDisburseAccount"],
];

const WHO = { PROCESSOR: "processor", SERVICE: "service", UNSUPPORTED: "no" } as const;

/** What each connector can do, to which methods, and how far that was tested. */
export function connectorsPage(model: Model): readonly [string, string] {
  const connectors = describedConnectors();
  const names = connectors.map(({ manifest }) => manifest.name);
  for (const [name, { line }] of model.rules.connectors) {
    if (!names.includes(name))
      throw new DocsFault([`${RULES_PATH}:${line}: there is no connector ${name}`]);
  }
  const methods = [...new Set(connectors.flatMap(({ manifest }) => manifest.methods))];
  const heads = names.map((name) => link(code(name), `#${slug(name)}`));
  return referencePage(
    model,
    CONNECTORS,
    "Connectors",
    introduction(model, "Connectors", CONNECTORS),
    "## Operations",
    table(
      ["operation", ...heads],
      OPERATIONS.map(([operation, name]) => [
        name,
        ...connectors.map(({ manifest }) => WHO[manifest.operations[operation].support]),
      ]),
    ),
    "## Payout methods",
    table(
      ["method", ...heads],
      methods.map((method) => [
        code(method),
        ...connectors.map(({ manifest }) => (manifest.methods.includes(method) ? "yes" : "")),
      ]),
    ),
    "## After a lost answer",
    introduction(model, "After a lost answer", CONNECTORS),
    table(
      ["connector", "a repeat with the same key", "for", "found by", "news"],
      connectors.map(({ manifest, hasWebhook }) => [
        code(manifest.name),
        REPEATS[manifest.idempotency.repeat],
        duration(manifest.idempotency.windowMs),
        LOOKUPS[manifest.lookup],
        manifest.name === "sandbox" ? "told by the sandbox" : hasWebhook ? "webhooks" : "asked for",
      ]),
    ),
    ...connectors.map((connector) => section(model, connector)),
  );
}

const REPEATS: Readonly<Record<ConnectorManifest["idempotency"]["repeat"], string>> = {
  REPLAYED: "answers the first again",
  REFUSED: "is refused and points to the first",
  NONE: "would pay twice: never sent",
};

const LOOKUPS: Readonly<Record<ConnectorManifest["lookup"], string>> = {
  BY_KEY: "our key",
  BY_REFERENCE: "the processor's id",
  NONE: "nobody: a person decides",
};

function section({ rules }: Model, { manifest }: DescribedConnector): string {
  const { name, displayName, operations, methods, currencies, testOnly, webhookSignature } =
    manifest;
  const said = rules.connectors.get(name);
  if (said === undefined)
    throw new DocsFault([`${RULES_PATH}: "Connectors" lacks ${name}: how was it tested?`]);
  const [tested = "", guide = ""] = said.cells.map((text) =>
    moveLinks(text, RULES_PATH, CONNECTORS),
  );
  return [
    `## ${name}`,
    `${displayName}. ${guide}`,
    table(
      ["", ""],
      [
        ["serves", testOnly ? "test merchants only" : "test and live merchants"],
        ["payout methods", methods.map(code).join(", ")],
        ["currencies", currencies === "all" ? "all" : currencies.join(" ")],
        ["webhooks signed by", webhookSignature ?? "none are sent"],
        ["checked against", tested],
      ],
    ),
    table(
      ["operation", "done by", "how"],
      OPERATIONS.map(([operation, title]) => [
        title,
        WHO[operations[operation].support],
        operations[operation].note,
      ]),
    ),
  ].join("\n\n");
}

/** Milliseconds as the largest unit that divides them. */
function duration(ms: number): string {
  if (ms === 0) return "-";
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1000],
  ] as const;
  const [name, size] = units.find(([, each]) => ms % each === 0) ?? ["ms", 1];
  return `${ms / size} ${name}${ms === size ? "" : "s"}`;
}
