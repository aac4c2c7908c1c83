import { describe, expect, it } from "vitest";
import { tokenLivesMs } from "../../processors/dwolla/tokens.ts";
import { Course, openRig, type Rig, registered } from "./rig.ts";

const TOKEN = { method: "POST", path: "/token" };

function asked({ fake }: Rig): number {
  return fake.http.requestsTo("POST", "/token").length;
}

/** Payouts that ask for their check. */
async function ready(count: number) {
  const rig = await openRig();
  const known = await registered(rig);
  const courses = Array.from({ length: count }, () => new Course(rig, { registered: known }));
  rig.clock.advance(tokenLivesMs);
  return { rig, courses, before: asked(rig) };
}

describe("an access token", () => {
  it("is asked for once by many calls, and kept until shortly before it ends", async () => {
    const { rig, courses, before } = await ready(20);
    const outcomes = await Promise.all(courses.map((course) => course.call("check")));
    expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(asked(rig)).toBe(before + 1);
    const [course] = courses;
    rig.clock.advance(tokenLivesMs - 60_001);
    await course?.call("check");
    expect(asked(rig)).toBe(before + 1);
    rig.clock.advance(1);
    await course?.call("check");
    expect(asked(rig)).toBe(before + 2);
  });

  it("that ended before its time is renewed, and the call is made with the new one", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) });
    await course.call("check");
    rig.fake.revokeTokens();
    expect(await course.call("transfer")).toMatchObject({ kind: "accepted" });
    const [first, second] = rig.fake.http.requestsTo("POST", "/transfers");
    expect([first?.replied, second?.replied]).toEqual([401, 201]);
    expect(second?.raw).toEqual(first?.raw);
    expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
    expect(course.transfer.status).toBe("pending");
  });

  it("is asked for again by those who wait, when whoever asked first gives up", async () => {
    const { rig, courses, before } = await ready(2);
    const [hasty, patient] = courses;
    if (hasty === undefined || patient === undefined) throw new Error("no courses");
    rig.fake.http.faults.next(TOKEN, { kind: "stall" });
    hasty.timeoutMs = 100;
    const outcomes = await Promise.all([hasty.call("check"), patient.call("check")]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["not_sent", "accepted"]);
    expect(asked(rig)).toBe(before + 2);
  });

  it("that is waited for keeps nobody longer than its own limit", async () => {
    const { rig, courses } = await ready(2);
    const [first, second] = courses;
    if (first === undefined || second === undefined) throw new Error("no courses");
    const gate = rig.fake.http.gates.next(TOKEN);
    const slow = first.call("check");
    await gate.arrived;
    second.timeoutMs = 50;
    expect((await second.call("check")).kind).toBe("not_sent");
    gate.open();
    expect((await slow).kind).toBe("accepted");
  });

  it("is another one for another version of the settings", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) });
    const before = asked(rig);
    course.account = {
      ...rig.account,
      version: 2,
      settings: { ...rig.account.settings, client_secret: "another-secret" },
    };
    const outcome = await course.call("check");
    expect(outcome).toMatchObject({
      kind: "not_sent",
      later: {},
      error: { category: "CONFIGURATION", reason: "CREDENTIALS_REFUSED" },
    });
    expect(JSON.stringify(outcome)).not.toContain("another-secret");
    expect(asked(rig)).toBe(before + 1);
    expect(await course.lookup("transfer")).toMatchObject({
      kind: "unreachable",
      error: { category: "CONFIGURATION" },
    });
    expect(await course.void()).toMatchObject({ kind: "not_sent", later: {} });
  });

  it("that cannot be had means that nothing was sent", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) });
    await course.call("check");
    rig.clock.advance(tokenLivesMs);
    rig.fake.http.faults.next(TOKEN, { kind: "rate-limited", retryAfterSeconds: 9 });
    expect(await course.call("transfer")).toMatchObject({
      kind: "not_sent",
      later: { afterMs: 9_000 },
    });
    for (const kind of ["reset-after-read", "unparseable-2xx", "status-503-after-act"] as const) {
      rig.fake.http.faults.next(TOKEN, { kind });
      expect([kind, (await course.call("transfer")).kind]).toEqual([kind, "not_sent"]);
    }
    expect(rig.fake.http.requestsTo("POST", "/transfers")).toHaveLength(0);
    const change = (body: object) => ({ ...body, expires_in: "soon" });
    rig.fake.http.faults.next(TOKEN, { kind: "drift", change });
    expect((await course.call("transfer")).kind).toBe("accepted");
  });
});

it("settings that cannot be used send nothing", async () => {
  for (const [name, value] of [
    ["client_id", "with:colon"],
    ["client_secret", ""],
    ["client_secret", "two\nlines"],
    ["funding_source_id", "../accounts"],
  ] as const) {
    const rig = await openRig({ [name]: value });
    const course = new Course(rig);
    expect(await course.call("customer")).toMatchObject({
      kind: "not_sent",
      error: { category: "CONFIGURATION", reason: "CONNECTOR_ACCOUNT_INVALID" },
    });
    expect((await course.lookup()).kind).toBe("unreachable");
    expect((await course.void()).kind).toBe("not_sent");
    expect(rig.fake.http.requests).toHaveLength(0);
  }
});
