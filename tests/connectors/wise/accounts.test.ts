import { describe, expect, it } from "vitest";
import { accountInput, openRig } from "./rig.ts";

describe("an account", () => {
  it("is registered once with its holder, and verified at once", async () => {
    const rig = await openRig();
    const outcome = await rig.module.registerAccount?.(accountInput(rig));
    const [made] = rig.fake.recipients.all();
    expect(outcome).toEqual({
      kind: "accepted",
      value: { connectorAccountId: String(made?.id), status: "VERIFIED" },
    });
    expect(rig.module.registerRecipient).toBeUndefined();
    rig.fake.http.assertClean();
  });

  it("whose registration was lost is found by its number and holder", async () => {
    const rig = await openRig();
    expect(await rig.module.lookupAccount?.(accountInput(rig))).toEqual({ kind: "not_found" });
    rig.fake.http.faults.next({ path: "/v1/accounts" }, { kind: "reset-after-read" });
    const input = accountInput(rig);
    expect(await rig.module.registerAccount?.(input)).toMatchObject({ kind: "unknown" });
    const [made] = rig.fake.recipients.all();
    expect(await rig.module.lookupAccount?.(input)).toEqual({
      kind: "found",
      value: { connectorAccountId: String(made?.id), status: "VERIFIED" },
    });
    const { method } = input;
    const namesake = accountInput(rig, { method: { ...method, holderName: "Ada Byron" } as never });
    expect(await rig.module.lookupAccount?.(namesake)).toEqual({ kind: "not_found" });
    rig.fake.http.assertClean();
  });

  it("is not looked for with a reply that cannot be read", async () => {
    const rig = await openRig();
    for (const change of [() => ({}), () => []]) {
      rig.fake.http.faults.next({}, { kind: "drift", change });
      expect(await rig.module.lookupAccount?.(accountInput(rig))).toMatchObject({
        kind: "unreachable",
      });
    }
  });

  it("of a rail that is not served is refused before anything is sent", async () => {
    const rig = await openRig();
    const method = { kind: "interac", email: "a@example.com", holderName: "Ada Byron" } as const;
    const input = accountInput(rig, { method });
    expect(await rig.module.registerAccount?.(input)).toMatchObject({
      kind: "rejected",
      error: { reason: "METHOD_UNSUPPORTED" },
    });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requests).toEqual([]);
  });
});
