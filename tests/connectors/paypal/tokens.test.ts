import { expect, it } from "vitest";
import { Course, newKey, openRig, type Rig, TOKEN } from "./rig.ts";

const HOUR = 60 * 60_000;

const asked = (rig: Rig) => rig.count("POST", TOKEN);

it("one token serves until shortly before it ends", async () => {
  const rig = await openRig();
  await new Course(rig).call();
  await new Course(rig).call();
  rig.clock.advance(9 * HOUR - 60_001);
  await new Course(rig).call();
  expect(asked(rig)).toBe(1);
  rig.clock.advance(1);
  expect((await new Course(rig).call()).kind).toBe("accepted");
  expect(asked(rig)).toBe(2);
});

it("one is asked for at a time, and whoever comes meanwhile waits for it", async () => {
  const rig = await openRig();
  const gate = rig.fake.http.gates.next({ method: "POST", path: TOKEN });
  const calls = Array.from({ length: 20 }, () => new Course(rig).call());
  await gate.arrived;
  gate.open();
  const kinds = (await Promise.all(calls)).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(["accepted"]));
  expect(asked(rig)).toBe(1);
});

it("a failure is nobody's but theirs who waited for it", async () => {
  const rig = await openRig();
  rig.fake.http.faults.next({ method: "POST", path: TOKEN }, { kind: "status-500-before-act" });
  expect(await new Course(rig).call()).toMatchObject({
    kind: "not_sent",
    error: { category: "CONNECTOR_UNAVAILABLE" },
  });
  expect((await new Course(rig).call()).kind).toBe("accepted");
});

it("accounts and their versions have tokens of their own", async () => {
  const rig = await openRig();
  rig.fake.tokens.clients.set("other", "other-secret");
  const mine = new Course(rig);
  await mine.call();
  const settings = { ...rig.account.settings, client_id: "other", client_secret: "other-secret" };
  const theirs = new Course(rig);
  theirs.account = { ...rig.account, connectorAccountId: "cacct_2", settings };
  await theirs.call();
  const changed = new Course(rig);
  changed.account = { ...rig.account, version: 2, settings };
  await changed.call();
  expect(asked(rig)).toBe(3);
  const used = rig.fake.http
    .requestsTo("POST", "/v1/payments/payouts")
    .map(({ headers }) => headers["authorization"]);
  expect(new Set(used).size).toBe(3);
});

it("a change of the secret counts at once", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  await course.call();
  const settings = { ...rig.account.settings, client_secret: "wrong" };
  const changed = new Course(rig);
  changed.account = { ...rig.account, version: 2, settings };
  const outcome = await changed.call();
  expect(outcome).toMatchObject({
    kind: "not_sent",
    error: {
      category: "CONFIGURATION",
      reason: "CREDENTIALS_REFUSED",
      connectorCode: "invalid_client",
    },
    later: {},
  });
  expect(JSON.stringify(outcome)).not.toContain("wrong");
});

it("a token that was revoked is asked for anew", async () => {
  const rig = await openRig();
  await new Course(rig).call();
  rig.fake.tokens.revokeAll();
  const course = new Course(rig);
  expect(await course.call()).toMatchObject({
    kind: "not_sent",
    error: { category: "CONFIGURATION" },
    later: {},
  });
  expect(await course.call()).toMatchObject({ kind: "accepted" });
  expect(asked(rig)).toBe(2);
});

it.each([
  ["without an end", { expires_in: undefined }],
  ["that ends at once", { expires_in: 30 }],
  ["whose end cannot be read", { expires_in: "soon" }],
])("a token %s serves once", async (_name, change) => {
  const rig = await openRig();
  const drifted = (body: object) => ({ ...body, ...change });
  rig.fake.http.faults.next({ method: "POST", path: TOKEN }, { kind: "drift", change: drifted }, 2);
  for (const times of [1, 2]) {
    expect((await new Course(rig).call()).kind).toBe("accepted");
    expect(asked(rig)).toBe(times);
  }
});

it.each([[{ access_token: "" }], [{ access_token: "two\r\nlines" }], [{}]])(
  "a token that cannot be one sends nothing (%#)",
  async (body) => {
    const rig = await openRig();
    const fault = { kind: "drift", change: () => body } as const;
    rig.fake.http.faults.next({ method: "POST", path: TOKEN }, fault);
    expect((await new Course(rig).call()).kind).toBe("not_sent");
    expect(rig.fake.batches.all).toEqual([]);
  },
);

it("whoever is told to wait for a token waits as long", async () => {
  const rig = await openRig();
  const fault = { kind: "rate-limited", retryAfterSeconds: 7 } as const;
  rig.fake.http.faults.next({ method: "POST", path: TOKEN }, fault);
  const course = new Course(rig, { fulfillment: "MANUAL" });
  course.keys["check"] = newKey();
  expect(await course.call("check")).toMatchObject({ kind: "not_sent", later: { afterMs: 7_000 } });
});
