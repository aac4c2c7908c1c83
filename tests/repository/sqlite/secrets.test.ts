import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import type { Repository } from "../../../src/repository/repository.ts";
import { newCipher, newSecret, type OpenOptions, sha256, World } from "../fixtures.ts";
import { openSqlite, pathOf, peek } from "./open.ts";

/** Words that occur nowhere but in what must be encrypted. */
const CANARIES = [
  "canary-account-7Q",
  "canary-holder-8W",
  "canary-national-9E",
  "canary-token-0R",
  "canary-credential-1T",
  "canary-webhook-2Y",
  "canary-signing-3U",
  "https://canary-address-4I.example/p",
];
const [
  account = "",
  holder = "",
  national = "",
  token = "",
  credential = "",
  webhook = "",
  signing = "",
  address = "",
] = CANARIES;
const method: PayoutMethod = {
  kind: "sepa",
  iban: account,
  holderName: holder,
};
const person: Person = {
  type: "INDIVIDUAL",
  individual: { givenName: holder, familyName: "Doe", nationalId: national },
};

async function opened() {
  let database = "";
  const world = await World.open(async (options: OpenOptions) => {
    database = options.database;
    return openSqlite(options);
  });
  return { world, database };
}

/** Two of everything that is sealed, the second one a stranger's where it can be. */
async function sealed() {
  const { world, database } = await opened();
  const { repository, strangerId } = world;
  const refs = [];
  for (const merchantId of [world.merchantId, world.merchantId, strangerId]) {
    const recipient = world.newRecipient({ merchantId }, person);
    await repository.recipients.create({ ...recipient, registration: null, claim: null });
    const { recipientId } = recipient.recipient;
    const input = { ...world.newAccount(recipientId, randomUUID(), { merchantId }), method };
    const options = { setDefault: false, registration: null, claim: null };
    await repository.accounts.create({ ...input, ...options });
    const { payout } = await world.create({ merchantId }, { destination: { method, person } });
    const linked = world.newLinkPayout(`${token}-${merchantId}-${refs.length}`, { hint: person });
    await repository.payouts.create(linked);
    const { disburseAccountId } = input.account;
    const tokenHash = linked.link.tokenHash ?? "";
    const hosted = world.newLinkPayout("", { host: "PROCESSOR", tokenHash: null });
    await repository.payouts.create(hosted);
    await repository.payouts.change(hosted.aggregate.payout, {}, (current) => ({
      ...current,
      linkUrl: address,
    }));
    const { linkId } = hosted.link.link;
    const { connectorAccountId } = await world.createConnectorAccount(
      { merchantId },
      { secrets: { secret_key: credential } },
    );
    const inboxId = await world.receive(connectorAccountId, { merchantId }, webhook);
    const endpoint = await world.createEndpoint({ merchantId }, { secrets: [newSecret(signing)] });
    const claimed = await world.ping(endpoint);
    const { endpointId } = endpoint;
    const { payoutId } = payout;
    const ids = {
      recipientId,
      disburseAccountId,
      connectorAccountId,
      payoutId,
      tokenHash,
      linkId,
      inboxId,
      endpointId,
    };
    refs.push({ merchantId, ...ids, claimed });
  }
  return { world, database, refs };
}

type Ref = Awaited<ReturnType<typeof sealed>>["refs"][number];

/** Each encrypted column: where it is, and how it is read. */
const COLUMNS: readonly {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly row: (ref: Ref) => string;
  readonly read: (repository: Repository, ref: Ref) => Promise<unknown>;
}[] = [
  {
    table: "recipients",
    key: "recipient_id",
    column: "person_secret",
    row: ({ recipientId }) => recipientId,
    read: ({ recipients }, ref) => recipients.person(ref),
  },
  {
    table: "disburse_accounts",
    key: "disburse_account_id",
    column: "method_secret",
    row: ({ disburseAccountId }) => disburseAccountId,
    read: ({ accounts }, ref) => accounts.method(ref),
  },
  {
    table: "connector_accounts",
    key: "connector_account_id",
    column: "settings_secret",
    row: ({ connectorAccountId }) => connectorAccountId,
    read: ({ connectorAccounts }, ref) => connectorAccounts.open(ref.connectorAccountId),
  },
  {
    table: "webhook_endpoints",
    key: "endpoint_id",
    column: "signing_secret",
    row: ({ endpointId }) => endpointId,
    read: ({ webhookOutbox }, ref) => webhookOutbox.open(ref.claimed),
  },
  {
    table: "payouts",
    key: "payout_id",
    column: "destination_secret",
    row: ({ payoutId }) => payoutId,
    read: ({ payouts }, ref) => payouts.destination(ref),
  },
  {
    table: "inbox",
    key: "inbox_id",
    column: "content_secret",
    row: ({ inboxId }) => inboxId,
    read: ({ inbox }, ref) => inbox.find(ref),
  },
  {
    table: "links",
    key: "token_hash",
    column: "hint_secret",
    row: ({ tokenHash }) => tokenHash,
    read: ({ links }, ref) => links.findByTokenHash(ref.tokenHash),
  },
  {
    table: "links",
    key: "link_id",
    column: "url_secret",
    row: ({ linkId }) => linkId,
    read: ({ links }, ref) => links.url(ref),
  },
];

describe("secrets", () => {
  it("are nowhere in the files of the database", async () => {
    const { database } = await sealed();
    const path = pathOf(database);
    const files = [path, `${path}-wal`, `${path}-shm`].filter(existsSync);
    expect(files).toHaveLength(3);
    const bytes = Buffer.concat(files.map((file) => readFileSync(file)));
    for (const canary of CANARIES) {
      expect(bytes.includes(canary), canary).toBe(false);
      expect(bytes.includes(Buffer.from(canary).toString("base64").slice(0, -4)), canary).toBe(
        false,
      );
      expect(bytes.includes(Buffer.from(canary, "utf16le")), canary).toBe(false);
    }
    // What is not secret is there: the search does find things.
    expect(bytes.includes(sha256(`${token}-none`))).toBe(false);
    expect(bytes.includes("an invoice")).toBe(true);
  });

  it("are the only columns of bytes, so that none is forgotten above", async () => {
    const { database } = await opened();
    const client = peek(database);
    const blobs = client
      .prepare(
        `SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.schema = 'main' AND c.type = 'BLOB' ORDER BY 1`,
      )
      .pluck()
      .all();
    client.close();
    // What every page shows is not secret.
    const shown = ["merchant_logos.image"];
    const secret = COLUMNS.map(({ table, column }) => `${table}.${column}`);
    expect(blobs).toEqual([...secret, ...shown].sort());
  });

  it.each(COLUMNS)("$table.$column does not open when moved anywhere else", async (place) => {
    const { world, database, refs } = await sealed();
    const [own, sibling, foreign] = refs;
    if (own === undefined || sibling === undefined || foreign === undefined) throw new Error();
    const client = peek(database);
    const get = ({ table, column, key, row }: (typeof COLUMNS)[number], ref: Ref) =>
      client.prepare(`SELECT ${column} FROM ${table} WHERE ${key} = ?`).pluck().get(row(ref));
    const put = client.prepare(
      `UPDATE ${place.table} SET ${place.column} = ? WHERE ${place.key} = ?`,
    );
    const others = COLUMNS.filter((other) => other !== place).map((other) => get(other, own));
    for (const moved of [get(place, sibling), get(place, foreign), ...others]) {
      expect(moved).toBeInstanceOf(Buffer);
      put.run(moved, place.row(own));
      await expect(place.read(world.repository, own)).rejects.toMatchObject({
        name: "CipherError",
        message: "stored ciphertext is not authentic",
      });
    }
    expect(await place.read(world.repository, sibling)).not.toBeNull();
    client.close();
  });

  it.each(COLUMNS)(
    "$table.$column does not open under another merchant in its own row",
    async (place) => {
      const { world, database, refs } = await sealed();
      const [own] = refs;
      if (own === undefined) throw new Error();
      const client = peek(database);
      client.pragma("foreign_keys = OFF");
      client
        .prepare(`UPDATE ${place.table} SET merchant_id = ? WHERE ${place.key} = ?`)
        .run(world.strangerId, place.row(own));
      client.close();
      const stolen = { ...own, merchantId: world.strangerId };
      await expect(place.read(world.repository, stolen)).rejects.toThrow("not authentic");
    },
  );

  it("stay readable under a new key, as long as the old one is known", async () => {
    const database = randomUUID();
    const cipher = newCipher();
    const world = await World.open((options) => openSqlite({ ...options, database, cipher }));
    const { payout } = await world.create({}, { destination: { method, person } });
    const strange = await openSqlite({ database, cipher: newCipher(), now: () => 0 });
    await expect(strange.payouts.destination(payout)).rejects.toThrow("not authentic");
    await strange.close();
    expect(await world.repository.payouts.destination(payout)).toEqual({ method, person });
  });
});

describe("bigints", () => {
  it("survive in events, answers and rows, to the largest", async () => {
    const { world } = await opened();
    const most = { minorAmount: 2n ** 53n - 1n, currency: "USD" };
    const quote = { rate: "1.1", fee: most, destinationAmount: most, expireTime: 1 };
    const { payout } = await world.create({ amount: most, destinationAmount: most, quote });
    const [event] = await world.eventsOf(payout.payoutId);
    expect(event?.resource).toEqual({ kind: "payout", payout });
    const found = await world.repository.payouts.find(world.merchantId, payout);
    expect(found?.payout).toEqual(payout);
  });

  it("are refused past the limit by the database itself", async () => {
    const { world } = await opened();
    for (const minorAmount of [2n ** 53n, 0n, -1n]) {
      const input = world.newPayout({ amount: { minorAmount, currency: "USD" } });
      await expect(world.repository.payouts.create(input)).rejects.toMatchObject({
        name: "RepositoryError",
      });
    }
  });

  it("are not mistaken for a caller's metadata", async () => {
    const { world } = await opened();
    const metadata = { $bigint: "7", mark: "\u0000n7", "\u0000n8": "\u0000" };
    const { payout } = await world.create({ metadata });
    const found = await world.repository.payouts.find(world.merchantId, payout);
    expect(found?.payout.metadata).toEqual(metadata);
  });

  it("do not make a payout unreadable through a caller's metadata", async () => {
    const { world } = await opened();
    const { payout } = await world.create({ metadata: { note: "\u0000nseven" } });
    expect(await world.repository.payouts.find(world.merchantId, payout)).not.toBeNull();
  });
});
