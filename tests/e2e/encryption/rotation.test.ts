import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { SECRET_PLACES, type SecretPlace } from "../../../src/repository/secret-place.ts";
import { keyIdOf } from "../../../src/security/cipher.ts";
import { ACH, Client, eventually, ok, order, type PayoutBody } from "../money/client.ts";
import { createLink, formOf, type LinkAnswer, LinkPage } from "../money/link-page.ts";
import { openOwnWorkbench, type Workbench } from "../money/process.ts";
import { startTestApp } from "../support/start-app.ts";
import { command, newKey, startCommand } from "./command.ts";

const OLD = newKey("old");
const NEW = newKey("new");

const PERSON = {
  type: "INDIVIDUAL",
  individual: { givenName: "Jane", familyName: "Doe" },
  email: "jane@example.com",
};

/** What was stored and is used later: every use opens a ciphertext. */
interface Kept {
  /** Waits for Transfer, which sends what is sealed into it. */
  readonly held: string;
  readonly recipientId: string;
  /** Its page shows what is known of the recipient. */
  readonly link: { readonly url: string; readonly payoutId: string };
}

async function keep(api: Client): Promise<Kept> {
  const { recipientId } = ok<{ recipientId: string }>(await api.post("/v1/recipients", PERSON));
  ok(await api.post(`/v1/recipients/${recipientId}/disburse-accounts`, { payoutMethodData: ACH }));
  const { payoutId: held } = await api.create(order("instant_success", { fulfillment: "MANUAL" }));
  const { link } = await createLink(api, { recipient: PERSON });
  return { held, recipientId, link };
}

async function use(api: Client, { held, recipientId, link }: Kept): Promise<void> {
  ok(await api.transfer(held));
  await api.until(held, "SUCCESS");
  ok(await api.call("PATCH", `/v1/recipients/${recipientId}`, { email: "jd@example.com" }));
  const scenario = { metadata: { sandbox_scenario: "instant_success" } };
  const amount = { minorAmount: "1", currency: "USD" };
  const paid = await api.create({ amount, recipientId, ...scenario });
  expect(paid.status).toBe("SUCCESS");
  const page = new LinkPage(api, link);
  expect((await page.open("ach")).status).toBe(200);
  expect((await page.claim(formOf("ach"))).status).toBe(200);
}

/** Fills a database with payouts, quickly. */
async function fill(api: Client, count: number): Promise<void> {
  const body = order(undefined, { fulfillment: "MANUAL" });
  for (let done = 0; done < count; done += 50) {
    const answers = Array.from({ length: 50 }, () => taken(() => api.post("/v1/payouts", body)));
    for (const answer of await Promise.all(answers)) ok(answer);
  }
}

/** How many ciphertexts are under each key, by the file itself. */
function census({ databasePath }: Workbench): Record<string, number> {
  const client = new Database(databasePath, { readonly: true });
  const counts: Record<string, number> = {};
  for (const { table, column } of Object.values<SecretPlace>(SECRET_PLACES)) {
    const select = client.prepare(`SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL`);
    for (const sealed of select.pluck().all() as Buffer[]) {
      const id = keyIdOf(sealed) ?? "none";
      counts[id] = (counts[id] ?? 0) + 1;
    }
  }
  client.close();
  return counts;
}

/** What a call comes to once it is let in: on a busy machine the door may say "come again". */
async function taken<T extends { readonly status: number }>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await call();
    if (answer.status !== 429) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const keys = (text: string) => ({ PAYOUT_ENCRYPTION_KEYS: text });

describe("encryption keys", () => {
  it("rotate under load without one error, by two at once, and the new one alone serves everything", async () => {
    const bench = openOwnWorkbench();
    const before = await bench.service(keys(OLD));
    const kept = await Promise.all(Array.from({ length: 10 }, () => keep(new Client(before.url))));
    await fill(new Client(before.url), 300);
    expect((await before.end("SIGTERM")).code).toBe(0);
    expect(Object.keys(census(bench))).toEqual(["old"]);

    const service = await bench.service(keys(`${NEW},${OLD}`));
    const api = new Client(service.url);
    let calls = 0;
    let rotated = false;
    const load = async () => {
      while (!rotated || calls < 40) {
        const key = randomUUID();
        const body = order("instant_success");
        const { payoutId } = ok<PayoutBody>(
          await taken(() => api.post("/v1/payouts", body, { key })),
        );
        const got = await taken(() => api.call("GET", `/v1/payouts/${payoutId}?sync=STORED`));
        expect(ok<PayoutBody>(got).status).toBe("SUCCESS");
        const offer = { amount: body.amount, recipient: PERSON };
        const made = await taken(() => api.post("/v1/payout-links", offer));
        const page = new LinkPage(api, ok<LinkAnswer>(made).link);
        expect((await taken(() => page.open("ach"))).status).toBe(200);
        calls += 4;
      }
    };
    const loads = Promise.all([
      ...Array.from({ length: 4 }, load),
      ...kept.slice(5).map((each) => use(api, each)),
    ]);
    const rotations = await Promise.all([
      command(bench, "rotate", `${NEW},${OLD}`),
      command(bench, "rotate", `${NEW},${OLD}`),
    ]);
    rotated = true;
    await loads;
    for (const { code, output } of rotations) expect(code, output).toBe(0);
    const anew = rotations.map(({ output }) => Number(/^(\d+) encrypted anew/m.exec(output)?.[1]));
    expect(anew.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(320);
    expect(Object.keys(census(bench))).toEqual(["new"]);
    const status = await command(bench, "status", `${NEW},${OLD}`);
    expect([status.code, status.lines.filter((line) => line.startsWith("key old"))]).toEqual([
      0,
      ["key old: 0"],
    ]);
    expect((await service.end("SIGTERM")).code).toBe(0);

    const after = await bench.service(keys(NEW));
    for (const each of kept.slice(0, 5)) await use(new Client(after.url), each);
    expect((await after.end("SIGTERM")).code).toBe(0);
    expect(bench.output).not.toMatch(/"level":"(error|fatal)"/);
  });

  it("rotate on after kill -9 and after SIGINT, and are missed when taken away in between", async () => {
    const bench = openOwnWorkbench();
    const first = await bench.service(keys(OLD));
    const kept = await keep(new Client(first.url));
    await fill(new Client(first.url), 400);
    expect((await first.end("SIGTERM")).code).toBe(0);
    const all = Object.values(census(bench)).reduce((sum, count) => sum + count);

    /** Ends a rotation while it is under way, and answers how many it has left. */
    const endInBetween = async (signal: NodeJS.Signals) => {
      const already = census(bench)["new"] ?? 0;
      const rotation = startCommand(bench, "rotate", `${NEW},${OLD}`);
      await eventually(
        async () => census(bench)["new"] ?? 0,
        (count) => count > already,
      );
      const { code } = await rotation.end(signal);
      const { old = 0, new: done = 0 } = census(bench);
      expect(old + done).toBe(all);
      expect(old).toBeGreaterThan(0);
      return { code, old, output: rotation.output };
    };

    expect((await endInBetween("SIGKILL")).code).toBe(null);
    await expect(bench.service(keys(NEW))).rejects.toThrow("ended with 78");
    expect(bench.output).toContain("PAYOUT_ENCRYPTION_KEYS lacks the key old");

    const { code, old, output } = await endInBetween("SIGINT");
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^stopped after \d+; start it again/m),
    ]);
    const status = await command(bench, "status", NEW);
    expect([status.code, status.output]).toEqual([
      1,
      expect.stringContaining(`key old (missing in the settings): ${old}`),
    ]);

    expect((await command(bench, "rotate", `${NEW},${OLD}`)).code).toBe(0);
    expect(census(bench)).toEqual({ new: all });
    const service = await bench.service(keys(NEW));
    await use(new Client(service.url), kept);
    for (const key of [OLD, NEW]) expect(bench.output).not.toContain(key.split(":")[1]);
  });

  it("that were made in the data folder rotate too", async () => {
    const bench = openOwnWorkbench();
    const first = await bench.service();
    const kept = await keep(new Client(first.url));
    expect((await first.end("SIGTERM")).code).toBe(0);
    const file = join(bench.folder, "encryption.key");
    const local = `local:${readFileSync(file, "utf8").trim()}`;
    expect((await command(bench, "rotate", `${NEW},${local}`)).code).toBe(0);
    rmSync(file);
    const service = await bench.service(keys(NEW));
    await use(new Client(service.url), kept);
    expect(existsSync(file)).toBe(false);
  });
});

describe("a start", () => {
  it("refuses keys under which what is stored does not open, and says which", async () => {
    const app = await startTestApp();
    ok(await new Client(app.url).post("/v1/payouts", order(), { apiKey: app.apiKey }));
    const [right] = app.config.encryptionKeys ?? [];
    const other = { id: "other", key: randomBytes(32) };
    const impostor = { id: "test", key: randomBytes(32) };
    await expect(app.restart({ encryptionKeys: [other] })).rejects.toMatchObject({
      faults: [expect.stringContaining("PAYOUT_ENCRYPTION_KEYS lacks the key test,")],
    });
    await expect(app.restart({ encryptionKeys: [impostor] })).rejects.toMatchObject({
      faults: [expect.stringContaining("the encryption key test is not the one")],
    });
    if (right !== undefined) await app.restart({ encryptionKeys: [other, right] });
    await app.stop();
  });

  it("of a command on a database that is not there makes none", async () => {
    const bench = openOwnWorkbench();
    const { code, output } = await command(bench, "status", NEW);
    expect([code, output]).toEqual([1, `there is no database at ${bench.databasePath}`]);
    expect(readdirSync(bench.folder)).toEqual([]);
  });
});
