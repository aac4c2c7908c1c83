import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { OpenOptions } from "../fixtures.ts";
import { World } from "../fixtures.ts";
import { MIGRATIONS, openSqlite, peek } from "./open.ts";

it("the migration finds the ids of payouts that were stored before there was a table of them", async () => {
  let database = "";
  const world = await World.open((options: OpenOptions) => {
    database = options.database;
    return openSqlite(options);
  });
  const account = { kind: "account", id: 'acct_"1"\u2028' };
  for (const [connector, references] of [
    ["stripe/cacct_one", [account, { kind: "transfer", id: "tr_1" }]],
    ["stripe/cacct_two", [account, account]],
    ["wise/cacct_three", []],
    ["sandbox", [{ kind: "transfer", id: "tr_1" }]],
  ] as const) {
    await world.create({ connector, connectorReferences: references });
  }
  const client = peek(database);
  try {
    const rows = () => client.prepare("SELECT * FROM connector_references").all();
    const written = rows();
    expect(written).toHaveLength(3);
    const sql = readFileSync(join(MIGRATIONS, "0007_inbox.sql"), "utf8");
    const [insert = ""] = /^INSERT OR IGNORE[^;]+;/m.exec(sql) ?? [];
    client.exec("DELETE FROM connector_references");
    client.exec(insert);
    expect(rows()).toEqual(written);
  } finally {
    client.close();
  }
});
