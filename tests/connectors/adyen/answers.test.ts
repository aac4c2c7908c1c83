import { describe, expect, it } from "vitest";
import { Course, IBAN, openRig } from "./rig.ts";

const TRANSFERS = "/btl/v4/transfers";

/** A refusal in the document's words. */
function problem(status: number, detail: string) {
  const type = "https://docs.adyen.com/errors/general";
  return { type, title: "No", status, detail, errorCode: `00_${status}` };
}

describe("an answer", () => {
  it.each([401, 403])("%i is for the account's owner, and nothing happened", async (status) => {
    const rig = await openRig(status === 401 ? { api_key: "AQEanother" } : {});
    if (status === 403) {
      rig.fake.http.use(async () => ({ status, body: problem(status, "Not allowed") }));
    }
    const course = new Course(rig);
    for (const step of ["route", "transfer"]) {
      expect(await course.call(step)).toMatchObject({
        kind: "not_sent",
        error: { category: "CONFIGURATION", reason: "CREDENTIALS_REFUSED" },
        later: {},
      });
    }
    expect(await course.lookup("transfer")).toMatchObject({
      kind: "unreachable",
      error: { category: "CONFIGURATION" },
    });
    expect(await course.void()).toMatchObject({ kind: "not_sent", later: {} });
    expect(rig.fake.transfers).toEqual([]);
  });

  it("that the first call is still running is unknown, and the repeat gets its answer", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("route");
    const gate = rig.fake.http.gates.next({ method: "POST", path: TRANSFERS });
    const first = course.call("transfer");
    await gate.arrived;
    expect(await course.call("transfer")).toMatchObject({
      kind: "unknown",
      error: { connectorCode: "704" },
    });
    gate.open();
    expect(await first).toMatchObject({ kind: "accepted" });
    expect(await course.call("transfer")).toMatchObject({ kind: "accepted" });
    expect(rig.fake.transfers).toHaveLength(1);
  });

  it("of the processor's own that says no is a refusal; somebody else's is not", async () => {
    const rig = await openRig({ balance_account_id: "BA000000" });
    const course = new Course(rig);
    await course.go("route");
    expect(await course.call("transfer")).toMatchObject({
      kind: "rejected",
      error: {
        category: "CONFIGURATION",
        reason: "BALANCE_ACCOUNT_REFUSED",
        connectorCode: "00_422",
        connectorRequestId: "1W1UI15PLVGC9V8O",
      },
    });
    rig.fake.http.use(async () => ({ status: 404, body: "<html>no such page</html>" }));
    const other = new Course(rig);
    expect(await other.call("transfer")).toMatchObject({ kind: "unknown" });
    expect(await other.lookup()).toMatchObject({ kind: "unreachable" });
    // Documented nowhere, as it is not the processor that says so.
    rig.fake.http.violations.splice(0);
  });

  it.each(["Zoe Hopper is unknown.", "Try 123 456 789."])(
    "that repeats what was sent is not told on (%s)",
    async (detail) => {
      const rig = await openRig();
      const course = new Course(rig);
      const invalidFields = [{ name: "counterparty", value: IBAN, message: detail }];
      rig.fake.http.use(async () => ({
        status: 422,
        body: { ...problem(422, detail), invalidFields },
      }));
      const outcome = await course.call("transfer");
      expect(outcome).toMatchObject({ kind: "rejected", error: { reason: "INVALID_ACCOUNT" } });
      expect(outcome).not.toHaveProperty("error.connectorMessage");
      expect(JSON.stringify(outcome)).not.toMatch(/NL91|Hopper|123 456/);
    },
  );
});

describe("looking up", () => {
  it("by our key is unreachable when the list cannot be read", async () => {
    const rig = await openRig();
    const course = await Course.run(rig);
    course.references = [];
    for (const change of [() => ({}), () => ({ data: null }), () => ({ data: {}, _links: {} })]) {
      rig.fake.http.faults.next({ method: "GET" }, { kind: "drift", change });
      expect((await course.lookup("transfer")).kind).toBe("unreachable");
    }
    expect(await course.lookup("transfer")).toMatchObject({ kind: "found" });
  });

  it("finds a transfer by our key for almost half a year, and says not_found honestly", async () => {
    const rig = await openRig();
    const course = await Course.run(rig);
    await Course.run(rig);
    const { references } = course;
    course.references = [];
    rig.clock.advance(178 * 24 * 3_600_000);
    expect(await course.lookup("transfer")).toMatchObject({ kind: "found", value: { references } });
    expect(await new Course(rig).lookup("transfer")).toEqual({ kind: "not_found" });
  });

  it("finds one that the processor's clock has put into our future", async () => {
    const rig = await openRig();
    const course = await Course.run(rig);
    course.references = [];
    rig.clock.advance(-3_600_000);
    expect(await course.lookup("transfer")).toMatchObject({ kind: "found" });
  });

  it("finds ours among others, whatever the list was filtered by", async () => {
    const rig = await openRig();
    const course = await Course.run(rig);
    const { references } = course;
    course.references = [];
    const change = (body: Record<string, unknown>) => {
      const [ours] = body["data"] as object[];
      return { data: [{ ...ours, id: "ANOTHER", reference: "another" }, ours] };
    };
    rig.fake.http.faults.next({ method: "GET" }, { kind: "drift", change });
    expect(await course.lookup("transfer")).toMatchObject({ kind: "found", value: { references } });
  });

  it("takes no transfer of another key for ours", async () => {
    const rig = await openRig();
    const course = await Course.run(rig);
    const other = new Course(rig);
    other.references = course.references;
    expect((await other.lookup()).kind).toBe("unreachable");
  });

  it("that is refused says nothing", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    rig.fake.http.use(async () => ({ status: 422, body: problem(422, "no") }));
    expect((await course.lookup("transfer")).kind).toBe("unreachable");
  });
});
