import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createConnectorModules } from "../../src/connector-modules.ts";
import type { AccountField, ConnectorModule } from "../../src/connectors/connector.ts";
import { SANDBOX_MANIFEST } from "../../src/connectors/sandbox/manifest.ts";

const folder = new URL("../../docs/guides/connectors/", import.meta.url);
const readPage = (name: string) => readFileSync(new URL(name, folder), "utf8");
const { modules, close } = createConnectorModules({ clock: systemClock });
close();

const sandbox = { manifest: SANDBOX_MANIFEST, accountFields: [] };
const documented: readonly Pick<ConnectorModule, "manifest" | "accountFields">[] = [
  ...modules,
  sandbox,
];

describe.each(documented.map((module) => [module.manifest.name, module] as const))(
  "the guide to %s",
  (name, { manifest, accountFields }) => {
    const page = () => readPage(`${name}.md`);

    it("has every setting, whether it is required and whether it is secret", () => {
      expect(rowsOf(page(), "| setting | required | secret |")).toEqual(accountFields.map(toRow));
    });

    it("names every method and currency", () => {
      const methods = factOf(page(), "methods");
      for (const method of manifest.methods) expect(methods).toContain(`\`${method}\``);
      const currencies = factOf(page(), "currencies");
      if (manifest.currencies === "all") return;
      const isCounted = currencies.startsWith(`${manifest.currencies.length};`);
      if (!isCounted)
        for (const currency of manifest.currencies) expect(currencies).toContain(currency);
    });

    it("says for how long a repeat is harmless", () => {
      const repeated = factOf(page(), "a repeated call");
      if (manifest.idempotency.windowMs === 0)
        expect(repeated).toContain("nothing that may have arrived");
      else expect(repeated).toContain(`hold for ${inWords(manifest.idempotency.windowMs)}`);
    });

    it("says how webhooks are signed, and that there are none where there are none", () => {
      const section = /## Webhooks\n([\s\S]*?)\n## /.exec(`${page()}\n## `)?.[1] ?? "";
      const header = manifest.webhookSignature?.split(/[:,]/)[0] ?? "None";
      // PayPal's is checked by a call, whose name says more than the header's.
      expect(section).toContain(name === "paypal" ? "verify-webhook-signature" : header);
    });

    it("has the addresses, and is in the index", () => {
      const { baseUrls } = { baseUrls: {}, ...modules.find((each) => each.manifest.name === name) };
      for (const url of Object.values(baseUrls)) expect(page()).toContain(`\`${url}\``);
      expect(readPage("README.md")).toContain(`[${name}.md](${name}.md)`);
    });

    it("is honest about how it was tested", () => {
      const isHonest = page().includes("Not run against a live account");
      expect(isHonest || manifest.testOnly).toBe(true);
    });
  },
);

it("has no guide to what is not built in", () => {
  const pages = readdirSync(folder).filter((file) => file !== "README.md");
  expect(pages.sort()).toEqual(documented.map(({ manifest }) => `${manifest.name}.md`).sort());
});

function toRow({ name, required, secret }: AccountField): readonly string[] {
  return [`\`${name}\``, required ? "yes" : "no", secret ? "yes" : "no"];
}

/** The first three cells of each row of the table that begins so. */
function rowsOf(page: string, head: string): readonly (readonly string[])[] {
  const [, table = ""] = page.split(head);
  const [rows = ""] = table.split("\n\n");
  return rows
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split("|")
        .slice(1, 4)
        .map((cell) => cell.trim()),
    );
}

/** The second cell of the row that begins with the word. */
function factOf(page: string, word: string): string {
  const row = page.split("\n").find((line) => line.startsWith(`| ${word} |`)) ?? "";
  return row.split("|")[2]?.trim() ?? "";
}

/** "6 days 23 hours" */
function inWords(ms: number): string {
  const hours = ms / 3_600_000;
  const say = (count: number, word: string) =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`];
  return [...say(Math.floor(hours / 24), "day"), ...say(hours % 24, "hour")].join(" ");
}
