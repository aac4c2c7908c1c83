import { describe, expect, it } from "vitest";
import { Course, openRig, registered } from "./rig.ts";

const LIST = { method: "GET", path: "/accounts/{id}/transfers" };

/** A transfer whose answer was lost. */
async function lost() {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) });
  await course.go("check");
  rig.fake.http.faults.next({ method: "POST", path: "/transfers" }, { kind: "reset-after-read" });
  expect((await course.call("transfer")).kind).toBe("unknown");
  return { rig, course };
}

describe("a transfer whose answer was lost", () => {
  it("is found by its key, among the merchant's account's", async () => {
    const { rig, course } = await lost();
    expect(await course.lookup("transfer")).toMatchObject({
      kind: "found",
      value: { status: "PENDING", connectorPayoutId: course.transfer.id },
    });
    const [search] = rig.fake.http.requestsTo("GET", LIST.path);
    expect(search?.params["id"]).toBe(rig.fake.accountId);
    expect(search?.queryText).toBe(`correlationId=${course.keys["transfer"]}`);
  });

  it("is none of another key, whatever the list holds", async () => {
    const { rig, course } = await lost();
    const change = (body: { _embedded: { transfers: readonly object[] } }) => {
      const transfers = body._embedded.transfers.map((each) => ({ ...each, correlationId: "x" }));
      return { ...body, _embedded: { transfers } };
    };
    rig.fake.http.faults.next(LIST, { kind: "drift", change });
    expect(await course.lookup("transfer")).toEqual({ kind: "not_found" });
  });

  it("is the one that counts, where there are several of its key", async () => {
    const { rig, course } = await lost();
    const change = (body: { _embedded: { transfers: readonly object[] } }) => {
      const transfers = body._embedded.transfers.flatMap((each) => [
        { ...each, id: "dead-1", status: "cancelled" },
        { ...each, id: "dead-2", status: "failed" },
        each,
      ]);
      return { ...body, _embedded: { transfers } };
    };
    rig.fake.http.faults.next(LIST, { kind: "drift", change });
    expect(await course.lookup("transfer")).toMatchObject({
      value: { status: "PENDING", connectorPayoutId: course.transfer.id },
    });
  });

  it.each([
    ["list", () => ({ total: 0 })],
    ["list that is none", () => ({ _embedded: { transfers: {} }, total: 0 })],
    [
      "transfer that says nothing",
      ({ _embedded: { transfers } }: Listed) => ({
        _embedded: { transfers: transfers.map(({ correlationId }) => ({ correlationId })) },
      }),
    ],
  ])("is not said to be missing without a %s", async (_what, change) => {
    const { rig, course } = await lost();
    rig.fake.http.faults.next(LIST, { kind: "drift", change: change as never });
    expect((await course.lookup("transfer")).kind).toBe("unreachable");
  });
});

interface Listed {
  readonly _embedded: { readonly transfers: readonly { readonly correlationId: string }[] };
}

it("knows nothing of an id that Dwolla does not know, and takes no other transfer for it", async () => {
  const rig = await openRig();
  const course = new Course(rig, { references: [{ kind: "transfer", id: "none" }] });
  expect(await course.lookup()).toEqual({ kind: "not_found" });
  const change = () => ({ id: "another", status: "processed" });
  const paid = new Course(rig, { registered: await registered(rig) });
  await paid.go();
  rig.fake.http.faults.next({ method: "GET", path: "/transfers/{id}" }, { kind: "drift", change });
  expect((await paid.lookup()).kind).toBe("unreachable");
});
