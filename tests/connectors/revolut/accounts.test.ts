import { describe, expect, it } from "vitest";
import {
  accountInput,
  ach,
  ada,
  bacs,
  bleu,
  Course,
  IBAN,
  onlyPayment,
  openRig,
  type Rig,
  sentTo,
} from "./rig.ts";

const LIST = { method: "GET", path: "/api/1.0/counterparties" };

function register(rig: Rig, changes: Parameters<typeof accountInput>[1] = {}) {
  const { registerAccount } = rig.module;
  if (registerAccount === undefined) throw new Error("registers no accounts");
  return registerAccount(accountInput(rig, changes));
}

function lookup(rig: Rig, changes: Parameters<typeof accountInput>[1] = {}) {
  const { lookupAccount } = rig.module;
  if (lookupAccount === undefined) throw new Error("looks no accounts up");
  return lookupAccount(accountInput(rig, changes));
}

describe("an account", () => {
  it.each([
    ["IBAN", {}],
    ["sort code", { method: bacs, person: bleu }],
    ["routing number", { method: ach, person: ada }],
  ] as const)("by %s is registered once, found again, and paid", async (_, who) => {
    const rig = await openRig();
    expect(await lookup(rig, who)).toEqual({ kind: "not_found" });
    const made = await register(rig, who);
    const [added] = rig.fake.counterparties.listed();
    const account = {
      connectorAccountId: `${added?.id}/${added?.accounts[0]?.id}`,
      status: "VERIFIED",
    };
    expect(made).toEqual({ kind: "accepted", value: account });
    expect(await register(rig, who)).toEqual(made);
    expect(await lookup(rig, who)).toEqual({ kind: "found", value: account });
    const currency = added?.accounts[0]?.currency ?? "";
    const course = new Course(rig, {
      amount: { minorAmount: 5n, currency },
      registered: { recipientId: null, accountId: account.connectorAccountId },
    });
    await course.create();
    expect(onlyPayment(rig).receiver.account?.id).toBe(added?.accounts[0]?.id);
    // No account's number is in an address.
    for (const { path, queryText } of rig.fake.http.requests) {
      expect(path + queryText).not.toMatch(/FR14|12345678|540105/);
    }
  });

  it.each([
    ["created", "VERIFIED"],
    ["draft", "PENDING_VERIFICATION"],
    ["deleted", "REJECTED"],
    ["under_review", "PENDING_VERIFICATION"],
    [undefined, "PENDING_VERIFICATION"],
  ])("that is %s is %s", async (state, status) => {
    const rig = await openRig();
    const change = (body: object) => ({ ...body, state });
    const match = { method: "POST", path: "/api/1.0/counterparty" };
    rig.fake.http.faults.next(match, { kind: "drift", change });
    expect(await register(rig)).toMatchObject({ kind: "accepted", value: { status } });
  });

  it("whose numbers are told in another way is the only one that was made", async () => {
    const rig = await openRig();
    const change = (body: { accounts: object[] }) => ({
      ...body,
      accounts: body.accounts.map((each) => ({ ...each, iban: "**** 2606" })),
    });
    const match = { method: "POST", path: "/api/1.0/counterparty" };
    rig.fake.http.faults.next(match, { kind: "drift", change });
    const [made, added] = [await register(rig), rig.fake.counterparties.listed()[0]];
    expect(made).toMatchObject({
      value: { connectorAccountId: `${added?.id}/${added?.accounts[0]?.id}` },
    });
    const bare = (body: object) => ({ ...body, accounts: undefined });
    rig.fake.http.faults.next(match, { kind: "drift", change: bare });
    const person = { method: bacs, person: bleu };
    const other = await register(rig, person);
    expect(other).toMatchObject({
      value: { connectorAccountId: rig.fake.counterparties.listed()[1]?.id },
    });
  });

  it("that Revolut finds fault with is rejected", async () => {
    const rig = await openRig();
    const method = { kind: "bacs", sortCode: "54", accountNumber: "1", holderName: "A B" } as const;
    expect(await register(rig, { method })).toMatchObject({
      kind: "rejected",
      error: { category: "VALIDATION", reason: "INVALID_ACCOUNT", connectorCode: "3000" },
    });
  });

  it("of a method that it does not pay is rejected, and not looked for", async () => {
    const rig = await openRig();
    const method = { kind: "paypal", email: "a@example.com" } as never;
    expect(await register(rig, { method })).toMatchObject({
      kind: "rejected",
      error: { reason: "METHOD_UNSUPPORTED" },
    });
    expect(await lookup(rig, { method })).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requests).toEqual([]);
  });
});

describe("looking an account up", () => {
  it("finds it behind many others, and gives up after five pages", async () => {
    const rig = await openRig();
    await register(rig);
    const add = (count: number) => {
      for (let more = 0; more < count; more += 1) {
        rig.clock.advance(1_000);
        const number = String(rig.clock.now()).slice(-8);
        rig.fake.counterparties.add({
          company_name: "Somebody",
          bank_country: "GB",
          currency: "GBP",
          sort_code: "200000",
          account_no: number,
        });
      }
    };
    add(250);
    expect(await lookup(rig)).toMatchObject({ kind: "found" });
    expect(sentTo(rig, "GET", "/counterparties")).toHaveLength(3);
    add(250);
    expect(await lookup(rig)).toEqual({ kind: "not_found" });
    expect(sentTo(rig, "GET", "/counterparties")).toHaveLength(8);
  });

  it.each([
    { kind: "status-500-before-act" },
    { kind: "reset-after-read" },
    { kind: "unparseable-2xx" },
    { kind: "empty-2xx" },
    { kind: "drift", change: () => ({}) },
    { kind: "drift", change: () => ({ accounts: [{ iban: IBAN }] }) },
    { kind: "rate-limited", retryAfterSeconds: 1 },
  ] as const)("is unreachable after %o, and never not found", async (fault) => {
    const rig = await openRig();
    rig.fake.http.faults.next(LIST, fault);
    expect((await lookup(rig)).kind).toBe("unreachable");
  });
});
