import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedger } from "../../src/sandbox-processor/ledger.ts";
import type { WireNews, WireTransferPage } from "../../src/sandbox-processor/wire.ts";
import { Bench, bodyOf, gist, order, SETTLE_MS } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.dispose());

describe("idempotency", () => {
  it("accepts fifty calls with one key once and answers them alike", async () => {
    const calls = Array.from({ length: 50 }, () => bench.post("/transfers", order(), "key-1"));
    const bodies = (await Promise.all(calls)).map((answer) => JSON.stringify(bodyOf(answer)));
    expect(new Set(bodies).size).toBe(1);
    expect(await bench.transfers()).toHaveLength(1);
  });

  it("turns away exactly as many as the scenario says, of fifty at once", async () => {
    const body = order({ scenario: "unavailable" });
    const calls = Array.from({ length: 50 }, () => bench.post("/transfers", body, "key-1"));
    const answers = (await Promise.all(calls)).map(gist);
    expect(answers.filter((answer) => answer === "refused")).toHaveLength(2);
    expect(await bench.transfers()).toHaveLength(1);
  });

  it("repeats the first answer for ever, whatever has happened since", async () => {
    const first = await bench.post("/transfers", order(), "key-1");
    bench.time.skip(SETTLE_MS);
    await bench.processor.tick();
    await bench.close();
    bench.open();
    const again = await bench.post("/transfers", order(), "key-1");
    expect(bodyOf(again)).toEqual(bodyOf(first));
    expect(again.kind === "reply" && again.headers["idempotency-replayed"]).toBe("true");
    expect(gist(await bench.get("/transfers/key-1"))).toBe("200 SETTLED");
  });

  it.each([
    ["amount", { amount: "1051" }],
    ["payout", { payout_id: "po_2" }],
    ["account that pays", { account: "mer_b" }],
    ["account", { destination: { kind: "ach", account: "000123456780" } }],
    ["rail", { destination: { kind: "pix", account: "000123456789" } }],
    ["scenario", { scenario: "manual" }],
    ["hold", { hold: true }],
  ])("refuses the key for another %s", async (_what, changes) => {
    await bench.post("/transfers", order(), "key-1");
    expect(gist(await bench.post("/transfers", order(changes), "key-1"))).toBe(
      "409 idempotency_key_reused",
    );
    expect(await bench.transfers()).toHaveLength(1);
  });

  it("refuses the key of one operation for another", async () => {
    await bench.post("/transfers", order({ hold: true }), "key-1");
    expect(gist(await bench.post("/transfers/key-1/release", {}, "key-1"))).toBe(
      "409 idempotency_key_reused",
    );
  });

  it("remembers a decline", async () => {
    const declined = await bench.post("/transfers", order({ scenario: "decline" }), "key-1");
    const again = await bench.post("/transfers", order({ scenario: "decline" }), "key-1");
    expect(bodyOf(again)).toEqual(bodyOf(declined));
    expect(gist(await bench.post("/transfers", order(), "key-1"))).toBe(
      "409 idempotency_key_reused",
    );
  });

  it("counts refusals in the file: a restart between them changes nothing", async () => {
    const body = order({ scenario: "unavailable" });
    expect(gist(await bench.post("/transfers", body, "key-1"))).toBe("refused");
    await bench.close();
    bench.open();
    expect(gist(await bench.post("/transfers", body, "key-1"))).toBe("refused");
    expect(gist(await bench.post("/transfers", body, "key-1"))).toBe("200 PENDING");
  });
});

describe("cancelling", () => {
  it.each([
    [false, 0, "200 CANCELLED"],
    [true, 0, "200 CANCELLED"],
    [false, SETTLE_MS - 1, "200 CANCELLED"],
    // Due, though no timer has rung: time decides and not the clockwork.
    [false, SETTLE_MS, "409 already_settled"],
  ])("held %s, after %i ms: %s", async (hold, wait, end) => {
    await bench.post("/transfers", order({ hold }), "key-1");
    bench.time.skip(wait);
    expect(gist(await bench.post("/transfers/key-1/cancel", {}, "c"))).toBe(end);
    expect(gist(await bench.post("/transfers/key-1/cancel", {}, "c"))).toBe(end);
    expect(gist(await bench.post("/transfers/key-1/cancel", {}, "d"))).toBe(end);
    bench.time.skip(10 * SETTLE_MS);
    await bench.processor.tick();
    expect(bench.delivered).toHaveLength(1);
  });

  it("refuses after a failure and for what is not there", async () => {
    await bench.post("/transfers", order({ scenario: "account_closed" }), "key-1");
    bench.time.skip(SETTLE_MS);
    expect(gist(await bench.post("/transfers/key-1/cancel", {}, "c"))).toBe("409 not_cancellable");
    expect(gist(await bench.post("/transfers/none/cancel", {}, "d"))).toBe(
      "404 transfer_not_found",
    );
  });

  it("lets one of release and cancel win", async () => {
    await bench.post("/transfers", order({ hold: true }), "key-1");
    const ends = await Promise.all([
      bench.post("/transfers/key-1/cancel", {}, "c"),
      bench.post("/transfers/key-1/release", {}, "r"),
    ]);
    expect(ends.map(gist)).toEqual(["200 CANCELLED", "409 not_held"]);
  });
});

describe("steering", () => {
  it.each([
    ["settle", "manual", "200 SETTLED"],
    ["fail", "manual", "200 FAILED"],
    ["return", "manual", "409 wrong_state"],
    ["return", "instant_success", "200 RETURNED"],
    ["fail", "instant_success", "409 wrong_state"],
    ["settle", "instant_success", "409 wrong_state"],
  ])("%s of %s: %s", async (verb, scenario, end) => {
    await bench.post("/transfers", order({ scenario }), "key-1");
    expect(gist(await bench.post(`/transfers/key-1/${verb}`, {}))).toBe(end);
  });

  it("settles what is held, and keeps the reason that was given", async () => {
    await bench.post("/transfers", order({ hold: true }), "a");
    expect(gist(await bench.post("/transfers/a/settle", {}))).toBe("200 SETTLED");
    await bench.post("/transfers", order({ scenario: "manual" }), "b");
    await bench.post("/transfers/b/fail", { reason: "account_not_found" });
    expect((await bench.transfers())[0]?.reason).toBe("account_not_found");
    expect(gist(await bench.post("/transfers/b/fail", { reason: "No!" }))).toBe("400 bad_request");
  });
});

describe("listing", () => {
  it("pages newest first, repeating and skipping nothing while others come", async () => {
    for (let i = 0; i < 5; i += 1) await bench.post("/transfers", order(), `k${i}`);
    await bench.post("/transfers", order({ payout_id: "po_2" }), "other");
    const seen: string[] = [];
    let after: string | null = "";
    while (after !== null) {
      const path: string = `/transfers?payout_id=po_1&limit=2&after=${after}`;
      const page: WireTransferPage = bodyOf(await bench.get(path));
      seen.push(...page.transfers.map((transfer) => transfer.idempotency_key));
      after = page.next_after;
      await bench.post("/transfers", order(), `late${seen.length}`);
    }
    expect(seen).toEqual(["k4", "k3", "k2", "k1", "k0"]);
  });

  it("shows one account nothing of another's", async () => {
    await bench.post("/transfers", order(), "a1");
    await bench.post("/transfers", order({ payout_id: "po_2" }), "a2");
    await bench.post("/transfers", order({ account: "mer_b", payout_id: "po_3" }), "b3");
    const keys = async (query: string): Promise<readonly string[]> => {
      const page = bodyOf<WireTransferPage>(await bench.get(`/transfers?${query}`));
      return page.transfers.map((transfer) => transfer.idempotency_key);
    };
    expect(await keys("account=mer_a")).toEqual(["a2", "a1"]);
    expect(await keys("account=mer_a&payout_id=po_1")).toEqual(["a1"]);
    expect(await keys("account=mer_b")).toEqual(["b3"]);
    expect(await keys("account=mer_b&payout_id=po_1")).toEqual([]);
    expect(await keys("account=mer_b&payout_id=")).toEqual(["b3"]);
    expect(await keys("account=mer_c")).toEqual([]);
    expect(await keys("account=")).toEqual([]);
    expect(await keys("payout_id=po_1")).toEqual(["a1"]);
    expect(await keys("")).toEqual(["b3", "a2", "a1"]);
  });

  it("finds by key and by id, and says 404 for neither", async () => {
    await bench.post("/transfers", order(), "key/1?");
    const path = `/transfers?idempotency_key=${encodeURIComponent("key/1?")}`;
    const { transfer_id: id } = bodyOf<{ transfer_id: string }>(await bench.get(path));
    expect(gist(await bench.get(`/transfers/${id}`))).toBe("200 PENDING");
    expect(gist(await bench.get(`/transfers/${encodeURIComponent("key/1?")}`))).toBe("200 PENDING");
    expect(gist(await bench.get("/transfers?idempotency_key=x"))).toBe("404 transfer_not_found");
    expect(gist(await bench.get("/transfers/x"))).toBe("404 transfer_not_found");
  });
});

describe("hostile requests", () => {
  it.each([
    ["no key", order(), undefined],
    ["a key with a space", order(), "a b"],
    ["a key that is too long", order(), "k".repeat(256)],
    ["an amount of zero", order({ amount: "0" }), "k"],
    ["an amount that is a number", order({ amount: 5 }), "k"],
    ["a fraction", order({ amount: "1.5" }), "k"],
    ["nobody's account", order({ account: undefined }), "k"],
    ["an account without a name", order({ account: "" }), "k"],
    ["no destination", order({ destination: undefined }), "k"],
    ["a currency that is none", order({ currency: "usd" }), "k"],
    ["two currencies without exponents", order({ destination_currency: "EUR" }), "k"],
  ])("refuses %s", async (_what, body, key) => {
    expect(gist(await bench.post("/transfers", body, key))).toBe("400 bad_request");
    expect(await bench.transfers()).toEqual([]);
  });

  it.each([
    ["POST", "/transfers", "not json", "400 bad_request"],
    ["POST", "/transfers", "[]", "400 bad_request"],
    ["POST", "/transfers", `"${"x".repeat(70_000)}"`, "413 body_too_large"],
    ["GET", "/nothing", "", "404 not_found"],
    ["GET", "/transfers/%E0%A4%A", "", "404 not_found"],
    ["POST", "/transfers/a/b/c", "", "404 not_found"],
    ["GET", "/transfers?limit=-1", "", "400 bad_request"],
    ["POST", "/news/ack", '{"seqs":["1"]}', "400 bad_request"],
  ] as const)("%s %s %.10s: %s", async (method, path, body, end) => {
    const headers = { "idempotency-key": "k" };
    expect(gist(await bench.processor.handle({ method, path, headers, body }))).toBe(end);
  });

  it("answers a fault of its own with 500 and tells nothing of it", async () => {
    bench.ledger.exec("DROP TABLE answers");
    const answer = await bench.post("/transfers", order(), "k");
    expect(gist(answer)).toBe("500 internal");
    expect(JSON.stringify(answer)).not.toContain("answers");
    expect(bench.errors).toHaveLength(1);
  });
});

describe("news", () => {
  it("comes again until it is taken, further and further apart", async () => {
    const times: number[] = [];
    await bench.close();
    bench.open({
      deliver: async () => {
        times.push(bench.time.now());
        if (times.length < 4) throw new Error("not now");
      },
    });
    bench.processor.start();
    await bench.post("/transfers", order({ scenario: "instant_success" }), "a");
    await bench.time.advance(60_000);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 500, 1_500, 3_500]);
  });

  it("is not marked before it is taken: a stop in between brings it again", async () => {
    await bench.close();
    bench.open({ deliver: () => new Promise(() => {}) });
    bench.processor.start();
    await bench.post("/transfers", order({ scenario: "instant_success" }), "a");
    await bench.time.advance(10);
    await bench.close();
    bench.open();
    bench.processor.start();
    await bench.time.advance(10);
    expect(bench.delivered.map(({ type }) => type)).toEqual(["transfer.settled"]);
    await bench.close();
    bench.open();
    expect((await bench.processor.tick()).delivered).toBe(0);
  });

  it("does not wait for a receiver for ever", async () => {
    const stuck: WireNews[] = [];
    await bench.close();
    bench.open({
      deliver: (news) => {
        stuck.push(news);
        return new Promise(() => {});
      },
    });
    bench.processor.start();
    await bench.post("/transfers", order({ scenario: "instant_success" }), "a");
    await bench.time.advance(11_000);
    expect(stuck).toHaveLength(2);
  });

  it("goes on after a restart with everything that fell due meanwhile", async () => {
    await bench.post("/transfers", order(), "a");
    await bench.post("/transfers", order({ scenario: "return_after_success" }), "b");
    await bench.close();
    bench.time.skip(86_400_000);
    bench.open();
    bench.processor.start();
    await bench.time.advance(0);
    expect(bench.delivered.map(({ type }) => type)).toEqual([
      "transfer.settled",
      "transfer.settled",
      "transfer.returned",
    ]);
  });

  it("settles a thousand that are due at once", async () => {
    for (let i = 0; i < 1_000; i += 1) await bench.post("/transfers", order(), `k${i}`);
    bench.time.skip(SETTLE_MS);
    expect(await bench.processor.tick()).toEqual({ moved: 1_000, delivered: 1_000 });
  });

  it("waits in the feed until it is acknowledged", async () => {
    await bench.close();
    const { deliver: _none, ...options } = { deliver: undefined };
    bench.open(options);
    await bench.post("/transfers", order({ scenario: "duplicate_webhook" }), "a");
    await bench.post("/transfers", order({ scenario: "instant_success" }), "b");
    bench.time.skip(SETTLE_MS);
    const page = bodyOf<{ news: WireNews[]; next_after: number }>(await bench.get("/news?limit=2"));
    expect(page.news).toHaveLength(2);
    const rest = bodyOf<{ news: WireNews[]; next_after: null }>(
      await bench.get(`/news?limit=2&after=${page.next_after}`),
    );
    expect(rest).toMatchObject({ news: [{ type: "transfer.settled" }], next_after: null });
    await bench.post("/news/ack", { seqs: page.news.map(({ seq }) => seq) });
    expect(bodyOf<{ news: WireNews[] }>(await bench.get("/news")).news).toEqual(rest.news);
  });
});

describe("the file", () => {
  it("keeps no full account number, in no file", async () => {
    const canaries = [
      ["ach", "4477118822336"],
      ["sepa", "DE89370400440532013000"],
      ["card", "4242424242424242"],
      ["venmo", "+12025557788"],
      ["interac", "canary.person@example.com"],
      ["passthrough", "tok_canary_4477"],
    ] as const;
    for (const [kind, account] of canaries) {
      const destination = { kind, account };
      await bench.post("/transfers", order({ destination }), `t-${kind}`);
      await bench.post("/accounts", { reference: "acct_1", destination }, `a-${kind}`);
      await bench.post("/transfers", order({ destination, scenario: "decline" }), `d-${kind}`);
    }
    bench.time.skip(SETTLE_MS);
    await bench.processor.tick();
    const files = readdirSync(bench.folder).map((name) => readFileSync(join(bench.folder, name)));
    expect(files.length).toBeGreaterThan(1);
    for (const bytes of files) {
      for (const [, account] of canaries) {
        expect(bytes.includes(account)).toBe(false);
        expect(bytes.includes(account.slice(0, -4))).toBe(false);
      }
    }
    expect((await bench.transfers()).map(({ destination }) => destination.account)).toContain(
      "****2336",
    );
  });

  it("is durable, and says so when it cannot be", () => {
    expect(bench.ledger.pragma("synchronous", { simple: true })).toBe(2);
    expect(bench.ledger.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(() => openLedger(":memory:")).toThrow("journal_mode");
  });

  it("refuses a ledger of another version and a database that is none", async () => {
    bench.ledger.pragma("user_version = 9");
    expect(() => openLedger(bench.path)).toThrow("another version");
    bench.ledger.pragma("user_version = 0");
    expect(() => openLedger(bench.path)).toThrow("not a sandbox ledger");
  });
});
