import { expect, it } from "vitest";
import { accepted, Rig, SECRET_KEY } from "./support/rig.ts";

type Body = Record<string, unknown>;

const POST_PAYOUT = { method: "POST", path: "/v1/payouts" };

async function ready() {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const checked = accepted(await rig.step("check", payout));
  const moved = accepted(await rig.step("transfer", payout, checked.references));
  const references = [...(checked.references ?? []), ...(moved.references ?? [])];
  return { rig, payout, references };
}

it.each<readonly [string, (body: Body) => unknown]>([
  ["has no id", ({ id: _, ...body }) => body],
  ["has no status", ({ status: _, ...body }) => body],
  ["is another kind of object", (body) => ({ ...body, object: "charge" })],
  ["is a list", (body) => [body]],
])("leaves open what a reply means that %s, and finds the payout", async (_what, change) => {
  const { rig, payout, references } = await ready();
  rig.fake.http.faults.next(POST_PAYOUT, { kind: "drift", change });
  expect((await rig.step("payout", payout, references)).kind).toBe("unknown");
  const found = await rig.lookup(references, { step: "payout" });
  expect(found).toMatchObject({ kind: "found", value: { status: "INITIATED" } });
  expect((await rig.step("payout", payout, references)).kind).toBe("accepted");
  expect(rig.fake.payouts.all).toHaveLength(1);
});

it("looks a transfer up by its group and the key under which it was made", async () => {
  const { rig, references } = await ready();
  const known = references.filter(({ kind }) => kind !== "transfer");
  const found = await rig.lookup(known, { step: "transfer" });
  expect(found).toMatchObject({ kind: "found", value: { status: "INITIATED" } });
  const kinds = found.kind === "found" ? found.value.references?.map(({ kind }) => kind) : [];
  expect(kinds).toEqual(["account", "transfer"]);
  const processorKeys = { transfer: "another-key" };
  expect(await rig.lookup(known, { step: "transfer", processorKeys })).toEqual({
    kind: "not_found",
  });
  expect(await rig.lookup(known, { step: "transfer", payoutId: "payout_2" })).toEqual({
    kind: "not_found",
  });
  expect(await rig.lookup([], { step: "account" })).toEqual({ kind: "not_found" });
  expect(await rig.lookup([])).toEqual({ kind: "not_found" });
});

it("shows no secret in whatever it says", async () => {
  const { rig, payout, references } = await ready();
  const told: unknown[] = [];
  const secrets = [SECRET_KEY, "000123456789", "078051120", "Wilhelmina", "wilhelmina@example.com"];
  const error = {
    type: "invalid_request_error",
    message: `Not good: ${secrets.join(", ")}, and ${SECRET_KEY.toUpperCase()}`,
  };
  for (const path of ["/v1/accounts", "/v1/tokens", "/v1/accounts/{account}/external_accounts"]) {
    rig.fake.http.faults.next(
      { method: "POST", path },
      { kind: "drift", change: () => ({ error }) },
    );
  }
  told.push(await rig.step("account", payout, references));
  told.push(await rig.step("bank_account", payout, references));
  told.push(await rig.step("bank_account", payout, references));
  expect(told).toMatchObject([{ kind: "unknown" }, { kind: "unknown" }, { kind: "unknown" }]);
  const text = JSON.stringify(told);
  expect(text).toContain("Not good: ***");
  expect(text).not.toContain(SECRET_KEY);
  expect(text.toLowerCase()).not.toContain("canary_");
  const [first, second] = told.map((each) => JSON.stringify(each));
  for (const secret of ["078051120", "Wilhelmina", "wilhelmina@"])
    expect(first).not.toContain(secret);
  expect(second).not.toContain("000123456789");
  await rig.fake.http.closePort();
  const refused = JSON.stringify(await rig.step("account", payout, references));
  for (const secret of secrets) expect(refused).not.toContain(secret);
  await rig.fake.http.openPort();
});
