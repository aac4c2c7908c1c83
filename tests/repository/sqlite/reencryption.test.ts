import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Repository } from "../../../src/repository/repository.ts";
import { SECRET_PLACES, type SecretPlace } from "../../../src/repository/secret-place.ts";
import type { SqliteRepositoryOptions } from "../../../src/repository/sqlite/index.ts";
import { Cipher, type EncryptionKey, keyIdOf } from "../../../src/security/cipher.ts";
import { CREDENTIALS, MESSAGE, METHOD, PERSON, SIGNING, sha256, World } from "../fixtures.ts";
import { openSqlite, peek } from "./open.ts";

const PLACES = Object.entries<SecretPlace>(SECRET_PLACES);
const OLD: EncryptionKey = { id: "old", key: randomBytes(32) };
const NEW: EncryptionKey = { id: "new", key: randomBytes(32) };
const PER_PLACE = 7;
const ADDRESS = "https://pay.processor.example/p/1";

/** A database with some of every secret under the old key, and the repository under other keys. */
async function stored() {
  const database = randomUUID();
  const world = await World.open((options) =>
    openSqlite({ ...options, database, cipher: new Cipher([OLD], randomBytes) }),
  );
  for (let index = 0; index < PER_PLACE; index += 1) {
    world.time += 1;
    const { recipientId } = await world.createRecipient();
    await world.createAccount(recipientId, `fingerprint-${index}`);
    await world.create();
    const { connectorAccountId } = await world.createConnectorAccount();
    await world.receive(connectorAccountId);
    await world.ping(await world.createEndpoint());
    const linked = world.newLinkPayout(`token-${index}`);
    await world.repository.payouts.create(linked);
    await world.repository.payouts.change(linked.aggregate.payout, {}, (current) => ({
      ...current,
      linkUrl: ADDRESS,
    }));
  }
  const opened: Repository[] = [];
  return {
    world,
    database,
    open: async (
      keys: readonly EncryptionKey[],
      changes: Partial<SqliteRepositoryOptions> = {},
    ) => {
      const cipher = new Cipher(keys, randomBytes);
      const repository = await openSqlite({ database, cipher, now: () => 0 }, changes);
      opened.push(repository);
      return repository;
    },
    close: async () => {
      for (const each of opened) await each.close();
    },
  };
}

/** The key ids of a place as the file has them, oldest row first. */
function keyIds(database: string, { table, id, column }: SecretPlace): (string | null)[] {
  const client = peek(database);
  const sealed = client
    .prepare(`SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${id}`)
    .pluck()
    .all() as Buffer[];
  client.close();
  return sealed.map(keyIdOf);
}

/** Everything that is sealed, read through the stores. */
async function readAll(repository: Repository, world: World): Promise<unknown[]> {
  const page = { limit: 100, after: null };
  const { merchantId } = world;
  const filter = { merchantId, status: [], merchantRecipientId: null };
  const recipients = await repository.recipients.list(filter, page);
  const links = await repository.links.list({ merchantId, state: [], payoutId: null }, page);
  const read: unknown[] = [];
  for (const recipient of recipients) {
    read.push(await repository.recipients.person(recipient));
    for (const account of await repository.accounts.list(recipient, page)) {
      read.push(await repository.accounts.method(account));
    }
  }
  for (const link of links) read.push(await repository.links.url(link));
  for (const { payoutId } of links) {
    const aggregate = await repository.payouts.find(merchantId, { payoutId });
    read.push(aggregate === null ? null : await repository.payouts.destination(aggregate.payout));
  }
  for (let index = 0; index < PER_PLACE; index += 1) {
    read.push((await repository.links.findByTokenHash(sha256(`token-${index}`)))?.hint);
  }
  for (const inboxId of world.received) {
    read.push((await repository.inbox.find({ merchantId, inboxId }))?.content);
  }
  for (const { connectorAccountId } of await repository.connectorAccounts.enabled(merchantId)) {
    read.push((await repository.connectorAccounts.open(connectorAccountId))?.secrets);
  }
  for (const claimed of world.pings) {
    read.push((await repository.webhookOutbox.open(claimed))?.secrets);
  }
  return read;
}

const EVERYTHING = [
  ...Array.from({ length: PER_PLACE }, () => [PERSON, METHOD]).flat(),
  ...Array.from({ length: PER_PLACE }, () => ADDRESS),
  ...Array.from({ length: PER_PLACE }, () => null),
  ...Array.from({ length: PER_PLACE }, () => PERSON),
  ...Array.from({ length: PER_PLACE }, () => MESSAGE),
  ...Array.from({ length: PER_PLACE }, () => CREDENTIALS),
  ...Array.from({ length: PER_PLACE }, () => [SIGNING.secret]),
];

describe("re-encryption", () => {
  it("knows every column of a name that ends in _secret", async () => {
    const { database, close } = await stored();
    const client = peek(database);
    const columns = client
      .prepare(
        `SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.schema = 'main' AND c.name LIKE '%\\_secret' ESCAPE '\\' ORDER BY 1`,
      )
      .pluck()
      .all();
    client.close();
    await close();
    const listed = PLACES.map(([, { table, column }]) => `${table}.${column}`);
    expect(listed.sort()).toEqual(columns);
  });

  it("goes from the newest to the oldest, page by page, and everything opens all the while", async () => {
    const { world, database, open, close } = await stored();
    const { secrets, ...repository } = await open([NEW, OLD]);
    for (const [, place] of PLACES) {
      let after: string | null = null;
      let done = 0;
      do {
        const page = await secrets.reencrypt(place, after, 3);
        done += page.changed;
        expect(page).toMatchObject({ looked: page.changed, unreadable: [] });
        const ids = keyIds(database, place);
        expect(ids).toEqual(ids.map((_, index) => (index < ids.length - done ? "old" : "new")));
        after = page.next;
      } while (after !== null);
      expect(new Set(keyIds(database, place))).toEqual(new Set(["new"]));
      expect(await readAll(repository as Repository, world)).toEqual(EVERYTHING);
    }
    const only = await open([NEW]);
    expect(await readAll(only, world)).toEqual(EVERYTHING);
    expect(await only.secrets.probe(50)).toEqual([]);
    await close();
  });

  it("leaves alone what is under the first key, to the byte", async () => {
    const { database, open, close } = await stored();
    const { secrets } = await open([OLD, NEW]);
    const dump = () => {
      const client = peek(database);
      const rows = client.prepare("SELECT * FROM payouts ORDER BY payout_id").all();
      client.close();
      return rows;
    };
    const before = dump();
    for (const [, place] of PLACES) {
      expect(await secrets.reencrypt(place, null, 100)).toMatchObject({ changed: 0, next: null });
    }
    expect(dump()).toEqual(before);
    await close();
  });

  it("changes nothing but the ciphertext", async () => {
    const { world, open, close } = await stored();
    const { secrets } = await open([NEW, OLD]);
    const page = { limit: 100, after: null };
    const { merchantId } = world;
    const list = () =>
      world.repository.recipients.list({ merchantId, status: [], merchantRecipientId: null }, page);
    const events = () => world.repository.events.after(merchantId, 0, 1000);
    const before = [await list(), await events()];
    await secrets.reencrypt(SECRET_PLACES.person, null, 100);
    expect([await list(), await events()]).toEqual(before);
    await close();
  });

  it("never overwrites what was written since it was read", async () => {
    const { world, open, close } = await stored();
    const commits: (() => void)[] = [];
    const { secrets } = await open([NEW, OLD], { schedule: (commit) => void commits.push(commit) });
    const { repository, merchantId } = world;
    const changed = { ...PERSON, email: "new@example.com" };
    const page = { limit: 1, after: null };
    const filter = { merchantId, status: [], merchantRecipientId: null };
    const [recipient] = await repository.recipients.list(filter, page);
    if (recipient === undefined) throw new Error("no recipient");

    const rotating = secrets.reencrypt(SECRET_PLACES.person, null, 100);
    while (commits.length === 0) await new Promise(setImmediate);
    await repository.recipients.update(recipient, { claim: null }, (current) => ({
      ...current,
      person: changed,
    }));
    for (const commit of commits) commit();
    expect(await rotating).toMatchObject({ looked: PER_PLACE, changed: PER_PLACE - 1 });
    expect(await repository.recipients.person(recipient)).toEqual(changed);
    await close();
  });

  it("of two at once does everything once, and of two ways ends in one", async () => {
    const { world, database, open, close } = await stored();
    const third: EncryptionKey = { id: "third", key: randomBytes(32) };
    const [one, two] = [await open([NEW, OLD]), await open([NEW, OLD])];
    const pages = await Promise.all(
      [one, two].map(({ secrets }) => secrets.reencrypt(SECRET_PLACES.destination, null, 100)),
    );
    expect(pages.reduce((sum, { changed }) => sum + changed, 0)).toBe(PER_PLACE);
    const other = await open([third, NEW, OLD]);
    await Promise.all(
      [one, other].map(({ secrets }) => secrets.reencrypt(SECRET_PLACES.person, null, 100)),
    );
    expect(new Set(keyIds(database, SECRET_PLACES.person)).size).toBe(1);
    const all = await open([third, NEW, OLD]);
    expect(await readAll(all, world)).toEqual(EVERYTHING);
    await close();
  });

  it.each(PLACES)("reports what does not open in %s, and goes on", async (_, place) => {
    const { database, open, close } = await stored();
    const client = peek(database);
    const { table, id, column } = place;
    const [moved, damaged, none, lost] = client
      .prepare(`SELECT ${id} FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${id} DESC`)
      .pluck()
      .all() as string[];
    const put = client.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${id} = ?`);
    const get = client.prepare(`SELECT ${column} FROM ${table} WHERE ${id} = ?`).pluck();
    const flipped = Buffer.from(get.get(damaged) as Buffer);
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const unknown = Buffer.from(get.get(lost) as Buffer);
    unknown.write("odd", 2);
    put.run(get.get(lost), moved);
    put.run(flipped, damaged);
    put.run(Buffer.from("rubbish"), none);
    put.run(unknown, lost);
    client.close();
    const { secrets } = await open([NEW, OLD]);
    const page = await secrets.reencrypt(place, null, 100);
    expect(page).toEqual({
      looked: PER_PLACE,
      changed: PER_PLACE - 4,
      unreadable: [
        { id: moved, problem: "not authentic" },
        { id: damaged, problem: "not authentic" },
        { id: none, problem: "malformed" },
        { id: lost, problem: "unknown key" },
      ],
      next: null,
    });
    expect((await secrets.count(place, null, 100)).keys).toEqual(
      new Map([
        ["old", 2],
        [null, 1],
        ["odd", 1],
        ["new", PER_PLACE - 4],
      ]),
    );
    await close();
  });

  it("is missed at either end: a key that is unknown, and one that is another", async () => {
    const { world, open, close } = await stored();
    expect(await (await open([NEW])).secrets.probe(1)).toEqual([
      { keyId: "old", fault: "unknown" },
    ]);
    const impostor = { id: OLD.id, key: randomBytes(32) };
    expect(await (await open([NEW, impostor])).secrets.probe(1)).toEqual([
      { keyId: "old", fault: "opens nothing" },
    ]);
    // Newer rows are under the new key, and some have been done: the oldest one tells all the same.
    const both = await open([NEW, OLD]);
    world.time += 1;
    await both.recipients.create({ ...world.newRecipient(), registration: null, claim: null });
    for (const [, place] of PLACES) await both.secrets.reencrypt(place, null, PER_PLACE - 1);
    expect(await (await open([NEW])).secrets.probe(1)).toEqual([
      { keyId: "old", fault: "unknown" },
    ]);
    expect(await both.secrets.probe(50)).toEqual([]);
    await close();
  });
});
