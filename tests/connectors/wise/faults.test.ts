import { describe, expect, it } from "vitest";
import { effectHappened, type Fault } from "../../processors/support/faults.ts";
import { Course, IBAN, openRig, TOKEN } from "./rig.ts";

const STEPS = ["quote", "account", "transfer", "fund"] as const;

const PATHS: Readonly<Record<(typeof STEPS)[number], string>> = {
  quote: "/v3/profiles/{profileId}/quotes",
  account: "/v1/accounts",
  transfer: "/v1/transfers",
  fund: "/v3/profiles/{profileId}/transfers/{transferId}/payments",
};

const FAULTS: readonly Fault[] = [
  { kind: "reset-before-read" },
  { kind: "reset-after-read" },
  { kind: "half-headers" },
  { kind: "half-body" },
  { kind: "stall" },
  { kind: "stall-before-act" },
  { kind: "status-500-before-act" },
  { kind: "status-503-after-act" },
  { kind: "unparseable-2xx" },
  { kind: "empty-2xx" },
  { kind: "rate-limited", retryAfterSeconds: 1 },
];

/** By the engine's rule: what is unknown is looked up, and repeated under its key when it is not found. */
async function finish(course: Course, step: string): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const found = await course.lookup(step);
    if (found.kind === "found") return;
    const outcome = await course.call(step);
    if (outcome.kind === "accepted") return;
    if (outcome.kind === "rejected") throw new Error(JSON.stringify(outcome));
  }
  throw new Error(`${step} did not come to an end`);
}

describe.each(STEPS)("a fault at %s", (step) => {
  it.each(FAULTS)("$kind ends in one funded transfer", async (fault) => {
    const rig = await openRig();
    const course = new Course(rig);
    const at = STEPS.indexOf(step);
    if (at > 0) await course.go(...STEPS.slice(0, at));
    rig.fake.http.faults.next({ method: "POST", path: PATHS[step] }, fault);
    course.timeoutMs = fault.kind.startsWith("stall") ? 150 : 5_000;
    const outcome = await course.call(step);
    course.timeoutMs = 5_000;
    expect(outcome.kind).toBe(fault.kind === "rate-limited" ? "not_sent" : "unknown");
    expect(rig.fake.http.faults.left).toBe(0);
    expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`${TOKEN}|${IBAN}`));
    if (step === "transfer") {
      expect(rig.fake.transfers.all()).toHaveLength(effectHappened[fault.kind] ? 1 : 0);
    }
    await finish(course, step);
    for (const next of STEPS.slice(at + 1)) await course.go(next);
    expect(course.transfer.payments).toHaveLength(1);
    expect(rig.fake.balances.held("GBP")).toBe(10_000n);
    rig.fake.http.assertClean();
  });

  it("a port that is closed: surely not sent", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    const at = STEPS.indexOf(step);
    if (at > 0) await course.go(...STEPS.slice(0, at));
    await rig.fake.http.closePort();
    expect((await course.call(step)).kind).toBe("not_sent");
    expect((await course.lookup("transfer")).kind).toBe("unreachable");
    await rig.fake.http.openPort();
    for (const next of STEPS.slice(at)) await course.go(next);
    expect(course.transfer.payments).toHaveLength(1);
  });

  it("a reply whose types have drifted is read all the same", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    const at = STEPS.indexOf(step);
    if (at > 0) await course.go(...STEPS.slice(0, at));
    const change = (body: Record<string, unknown>) => ({
      ...Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          typeof value === "number" || typeof value === "boolean" ? String(value) : value,
        ]),
      ),
      somethingNew: { deep: [1, 2] },
    });
    rig.fake.http.faults.next({ method: "POST", path: PATHS[step] }, { kind: "drift", change });
    for (const next of STEPS.slice(at)) await course.go(next);
    expect(course.transfer.payments).toHaveLength(1);
  });

  it("a reply without what matters is unknown, and the payout is not lost", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    const at = STEPS.indexOf(step);
    if (at > 0) await course.go(...STEPS.slice(0, at));
    const change = () => ({ hello: "world" });
    rig.fake.http.faults.next({ method: "POST", path: PATHS[step] }, { kind: "drift", change });
    expect((await course.call(step)).kind).toBe("unknown");
    await finish(course, step);
    for (const next of STEPS.slice(at + 1)) await course.go(next);
    expect(course.transfer.payments).toHaveLength(1);
  });
});

describe("funding, when the transfer cannot be read first", () => {
  it.each(FAULTS.filter(({ kind }) => !kind.startsWith("stall")))(
    "is surely not sent ($kind)",
    async (fault) => {
      const rig = await openRig();
      const course = new Course(rig);
      await course.go("quote", "account", "transfer");
      rig.fake.http.faults.next({ method: "GET", path: "/v1/transfers/{transferId}" }, fault);
      expect((await course.call("fund")).kind).toBe("not_sent");
      expect(course.transfer.payments).toHaveLength(0);
    },
  );
});

describe("looking up", () => {
  it("is unreachable after every fault, and never not_found", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    const lost = new Course(rig);
    Object.assign(lost.keys, course.keys);
    for (const fault of FAULTS) {
      for (const who of [course, lost]) {
        rig.fake.http.faults.next({ method: "GET" }, fault);
        who.timeoutMs = fault.kind.startsWith("stall") ? 100 : 5_000;
        expect([fault.kind, (await who.lookup("transfer")).kind]).toEqual([
          fault.kind,
          "unreachable",
        ]);
        who.timeoutMs = 5_000;
      }
    }
    // An object where the list should be says nothing of what there is.
    rig.fake.http.faults.next({ method: "GET" }, { kind: "drift", change: () => ({}) });
    expect((await lost.lookup("transfer")).kind).toBe("unreachable");
    expect(await lost.lookup("transfer")).toMatchObject({ kind: "found" });
    rig.fake.http.assertClean();
  });

  it("finds a transfer by our key behind many others, and says not_found honestly", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    course.references = course.references.filter(({ kind }) => kind !== "transfer");
    for (let more = 0; more < 110; more += 1) {
      const quote = rig.fake.quotes.create({
        profile: rig.fake.profile,
        source: "GBP",
        target: "EUR",
        sourceMinor: 1_000n,
        targetMinor: undefined,
        targetAccount: undefined,
      });
      rig.fake.transfers.create({
        profile: rig.fake.profile,
        targetAccount: rig.fake.recipients.all()[0]?.id ?? 0,
        quoteUuid: quote.id,
        customerTransactionId: `00000000-0000-4000-a000-${String(more).padStart(12, "0")}`,
        reference: "",
      });
    }
    expect(await course.lookup("transfer")).toMatchObject({ kind: "found" });
    expect(await new Course(rig).lookup("transfer")).toEqual({ kind: "not_found" });
    rig.fake.http.assertClean();
  });

  it("takes no transfer of another key for ours", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    const other = new Course(rig);
    other.references = course.references;
    expect((await other.lookup()).kind).toBe("unreachable");
  });

  it("knows nothing of an id that the processor does not know", async () => {
    const rig = await openRig();
    const course = new Course(rig, { references: [{ kind: "transfer", id: "123" }] });
    expect(await course.lookup()).toEqual({ kind: "not_found" });
    expect(await course.call("fund")).toMatchObject({
      kind: "rejected",
      error: { reason: "TRANSFER_NOT_FOUND" },
    });
  });
});

it("refuses a key that is no UUID before anything is sent", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  await course.go("quote", "account");
  const before = rig.fake.http.requests.length;
  course.keys["transfer"] = `${course.keys["transfer"]}-longer`;
  expect(await course.call("transfer")).toMatchObject({
    kind: "rejected",
    error: { reason: "PROCESSOR_KEY_UNUSABLE" },
  });
  expect(await course.call("dance")).toMatchObject({ error: { reason: "UNKNOWN_STEP" } });
  expect(rig.fake.http.requests).toHaveLength(before);
});
