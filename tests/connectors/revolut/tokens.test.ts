import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { answering, Course, onlyPayment, openRig, type Rig, sentTo } from "./rig.ts";

const PATH = "/auth/token";
const TOKEN = { method: "POST", path: `/api/1.0${PATH}` };
const exchanges = (rig: Rig) => sentTo(rig, "POST", PATH).length;

/** A payout of which only the payment is missing. */
async function nearlyPaid(rig: Rig): Promise<Course> {
  const course = new Course(rig);
  await course.upToPay();
  return course;
}

describe("an access token", () => {
  it("is asked for once, with the documented claims, and used until shortly before its end", async () => {
    const rig = await openRig();
    const course = await nearlyPaid(rig);
    expect(exchanges(rig)).toBe(1);
    const form = sentTo(rig, "POST", PATH)[0]?.body as Record<string, string>;
    expect(Object.keys(form).sort()).toEqual([
      "client_assertion",
      "client_assertion_type",
      "grant_type",
      "refresh_token",
    ]);
    const [head, claims] = (form["client_assertion"] ?? "")
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(head).toEqual({ alg: "RS256", typ: "JWT" });
    expect(claims).toEqual({
      iss: rig.fake.issuer,
      sub: rig.fake.clientId,
      aud: "https://revolut.com",
      exp: rig.clock.now() / 1000 + 300,
    });
    // 40 minutes less a second, of which the last two minutes are not used.
    rig.clock.advance(38 * 60_000 - 1_001);
    await course.lookup();
    expect(exchanges(rig)).toBe(1);
    rig.clock.advance(1);
    await course.lookup();
    expect(exchanges(rig)).toBe(2);
  });

  it("is asked for by one of many calls at once", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    course.keys["pay"] = "pay-1";
    const found = await Promise.all(Array.from({ length: 20 }, () => course.lookup()));
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(["not_found"]));
    expect(exchanges(rig)).toBe(1);
  });

  it("is another account's no more than another version's", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    course.keys["pay"] = "pay-1";
    await course.lookup();
    course.account = { ...rig.account, version: 2 };
    await course.lookup();
    expect(exchanges(rig)).toBe(2);
    course.account = { ...rig.account, connectorAccountId: "cacct_2" };
    await course.lookup();
    expect(exchanges(rig)).toBe(3);
    // The newest version of the first account has its own still.
    course.account = { ...rig.account, version: 2 };
    await course.lookup();
    expect(exchanges(rig)).toBe(3);
  });

  it("that is not taken any more is not sent with, and the next call asks for another", async () => {
    const rig = await openRig();
    const course = await nearlyPaid(rig);
    rig.fake.tokens.expire();
    expect(await course.call("pay")).toMatchObject({
      kind: "not_sent",
      later: {},
      error: { category: "CONFIGURATION", reason: "CREDENTIALS_REFUSED" },
    });
    expect(await course.call("pay")).toMatchObject({ kind: "accepted" });
    expect(onlyPayment(rig).requestId).toBe(course.keys["pay"]);
    expect(exchanges(rig)).toBe(2);
  });

  it("that no consent gives any more is a setting to be mended", async () => {
    const rig = await openRig();
    const course = await nearlyPaid(rig);
    rig.fake.tokens.revoke();
    for (const _ of ["the token is refused", "no other is to be had"]) {
      expect(await course.call("pay")).toMatchObject({
        kind: "not_sent",
        later: {},
        error: { category: "CONFIGURATION" },
      });
    }
    expect(await course.lookup("pay")).toMatchObject({
      kind: "unreachable",
      error: { category: "CONFIGURATION", connectorCode: "invalid_grant" },
    });
    expect(rig.fake.transactions.newestFirst()).toEqual([]);
  });

  it("that is refused with our own words has none of them in its error", async () => {
    const rig = await openRig();
    const answer = answering(rig, PATH);
    const { refreshToken } = rig.fake;
    answer.reply = {
      status: 401,
      body: { error: "invalid_client", error_description: `not valid: ${refreshToken}` },
    };
    const course = new Course(rig);
    course.plan("create");
    expect(await course.call("counterparty")).toEqual({
      kind: "not_sent",
      later: {},
      error: {
        category: "CONFIGURATION",
        reason: "CREDENTIALS_REFUSED",
        message: expect.any(String),
        connectorCode: "invalid_client",
      },
    });
  });

  it("whose scopes do not reach so far", async () => {
    const rig = await openRig({ scopes: ["READ", "WRITE"] });
    const course = new Course(rig);
    await course.go(course.plan("create").slice(0, 2));
    for (const step of ["indicative_quote", "pay"]) {
      expect(await course.call(step)).toMatchObject({
        kind: "not_sent",
        later: {},
        error: { category: "CONFIGURATION", connectorCode: "9002" },
      });
    }
  });
});

describe("a token that does not come", () => {
  it.each([
    { kind: "reset-before-read" },
    { kind: "reset-after-read" },
    { kind: "half-body" },
    { kind: "status-500-before-act" },
    { kind: "unparseable-2xx" },
    { kind: "empty-2xx" },
    { kind: "rate-limited", retryAfterSeconds: 9 },
  ] as const)("means that nothing was sent: %o", async (fault) => {
    const rig = await openRig();
    const course = new Course(rig);
    course.plan("create");
    rig.fake.http.faults.next(TOKEN, fault);
    const outcome = await course.call("counterparty");
    const later = fault.kind === "rate-limited" ? { later: { afterMs: 9_000 } } : {};
    expect(outcome).toMatchObject({ kind: "not_sent", ...later });
    expect("later" in outcome).toBe(fault.kind === "rate-limited");
    expect(sentTo(rig, "POST", "/counterparty")).toEqual([]);
    await course.create();
    expect(onlyPayment(rig).state).toBe("pending");
  });

  it("keeps nobody waiting beyond their own time, nor takes the others' away", async () => {
    const rig = await openRig();
    const gate = rig.fake.http.gates.next(TOKEN);
    const [first, second, third] = [new Course(rig), new Course(rig), new Course(rig)];
    const [one, two] = [new AbortController(), new AbortController()];
    first.signal = one.signal;
    second.signal = two.signal;
    for (const each of [first, second, third]) each.keys["pay"] = "pay-1";
    const calls = [first, second, third].map((each) => each.lookup());
    await gate.arrived;
    const late = new Course(rig);
    late.keys["pay"] = "pay-1";
    late.signal = AbortSignal.abort();
    expect(await late.lookup()).toMatchObject({ kind: "unreachable" });
    two.abort();
    // Given up while somebody else asks: its own end, and nobody else's.
    expect(await calls[1]).toMatchObject({ kind: "unreachable" });
    one.abort();
    expect(await calls[0]).toMatchObject({ kind: "unreachable" });
    // Whoever asked was given up: the next in line asks anew.
    expect(await calls[2]).toEqual({ kind: "not_found" });
    gate.open();
    expect(exchanges(rig)).toBe(2);
  });

  it("is asked for no sooner than the account's settings can be used", async () => {
    const rig = await openRig();
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const wrong = [
      { client_id: "" },
      { issuer: "https://payouts.example.test" },
      { private_key: "not a key" },
      { private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" },
      { private_key: ec.export({ type: "pkcs8", format: "pem" }).toString() },
      { refresh_token: "with space" },
      { source_accounts: "EUR=1" },
      { transfer_reason_code: "<b>" },
    ];
    for (const settings of wrong) {
      const course = new Course(rig);
      course.plan("create");
      course.account = { ...rig.account, settings: { ...rig.account.settings, ...settings } };
      const unusable = {
        error: { category: "CONFIGURATION", reason: "CONNECTOR_ACCOUNT_INVALID" },
      };
      expect(await course.call("counterparty")).toMatchObject({ kind: "not_sent", ...unusable });
      expect(await course.lookup()).toMatchObject({ kind: "unreachable", ...unusable });
      expect(await course.void()).toMatchObject({ kind: "not_sent", ...unusable });
    }
    expect(rig.fake.http.requests).toEqual([]);
  });

  it("takes a key whose line breaks are written as \\n", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    course.account = { ...rig.account, settings: { ...rig.account.settings } };
    const { settings } = course.account as { settings: Record<string, string> };
    settings["private_key"] = (settings["private_key"] ?? "").trim().replaceAll("\n", "\\n");
    await course.create();
    expect(onlyPayment(rig).state).toBe("pending");
  });
});
