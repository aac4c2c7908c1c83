import { describe, expect, it } from "vitest";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { Course, openRig } from "./rig.ts";

const sepa = (holderName: string): PayoutMethod => ({
  kind: "sepa",
  iban: "DE89370400440532013000",
  holderName,
});
const PATH = "/api/1.0/account-name-validation";

describe("the holder of an account", () => {
  it.each([
    ["Ada Mismatch", "NAME_MISMATCH", "not_matched"],
    ["Ada Nobody", "ACCOUNT_NOT_FOUND", "account_does_not_exist"],
  ])("%s: is somebody else, and nothing is sent", async (holder, reason, connectorCode) => {
    const rig = await openRig();
    const course = new Course(rig, { method: sepa(holder), person: null });
    const [first = ""] = course.plan("create");
    expect(await course.go([first])).toMatchObject({
      status: "INELIGIBLE",
      error: { reason, connectorCode },
    });
    expect(rig.fake.counterparties.listed()).toHaveLength(0);
    rig.fake.http.assertClean();
  });

  it("is paid where its bank cannot be asked, or Revolut does not take the question", async () => {
    const rig = await openRig();
    const course = new Course(rig, { method: sepa("Ada Uncheckable"), person: null });
    const [first = ""] = course.plan("create");
    expect(await course.go([first])).toMatchObject({ status: "REQUIRES_CREATION" });
    const change = () => ({ hello: "world" });
    rig.fake.http.faults.next({ method: "POST", path: PATH }, { kind: "drift", change });
    expect(await course.call(first)).toMatchObject({ kind: "unknown" });
  });

  it("is not asked for where banks are not, nor for whom is known already", async () => {
    const rig = await openRig();
    const ach: PayoutMethod = {
      kind: "ach",
      accountNumber: "000123456789",
      routingNumber: "110000000",
      accountType: "CHECKING",
      holderName: "Ada Mismatch",
    };
    const course = new Course(rig, { method: ach, destinationCurrency: "USD" });
    expect(course.plan("create")).not.toContain("name_check");
    const known = new Course(rig);
    await known.go(known.plan("create").slice(0, 2));
    const again = new Course(rig, { references: known.references });
    expect(again.plan("create")).toEqual(["indicative_quote", "pay"]);
  });
});
