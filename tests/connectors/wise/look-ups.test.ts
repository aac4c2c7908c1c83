import { describe, expect, it } from "vitest";
import type { Fault } from "../../processors/support/faults.ts";
import { Course, openRig } from "./rig.ts";

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
