import { beforeAll, describe, expect, it } from "vitest";
import { ACH, Client, eventually, ok, order, type PayoutBody, refused } from "./client.ts";
import { openWorkbench } from "./process.ts";

const bench = openWorkbench();
let api: Client;
beforeAll(async () => {
  api = new Client((await bench.service()).url);
});

interface RecipientBody {
  readonly recipientId: string;
  readonly status: string;
  readonly person: { readonly displayName: string; readonly email: string };
  readonly connectorRecipients: readonly {
    readonly connector: string;
    readonly connectorRecipientId: string;
    readonly status: string;
  }[];
  readonly defaultDisburseAccountId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
}

interface AccountBody {
  readonly disburseAccountId: string;
  readonly recipientId: string;
  readonly status: string;
  readonly connectorAccounts: readonly { readonly connectorAccountId: string }[];
  readonly isDefault: boolean;
}

function person(scenario?: string, more: Record<string, unknown> = {}) {
  return {
    type: "INDIVIDUAL",
    individual: { givenName: "Jane", familyName: "Doe" },
    email: "jane@example.com",
    ...(scenario === undefined
      ? {}
      : { connector: "sandbox", metadata: { sandbox_scenario: scenario } }),
    ...more,
  };
}

async function createRecipient(scenario?: string, more?: Record<string, unknown>) {
  return ok<RecipientBody>(await api.post("/v1/recipients", person(scenario, more)));
}

async function recipient(recipientId: string): Promise<RecipientBody> {
  return ok<RecipientBody>(await api.call("GET", `/v1/recipients/${recipientId}`));
}

function account(accountNumber: string) {
  return { payoutMethodData: { ach: { ...ACH.ach, accountNumber } } };
}

async function enroll(recipientId: string, body: Record<string, unknown>): Promise<AccountBody> {
  return ok<AccountBody>(await api.post(`/v1/recipients/${recipientId}/disburse-accounts`, body));
}

async function events(objectId: string) {
  return (await api.events(objectId)).map(({ type, sequence, previousStatus }) => [
    sequence,
    type,
    previousStatus,
  ]);
}

describe("registering a recipient at the processor", () => {
  it("without a connector is a local matter", async () => {
    const { recipientId, ...rest } = await createRecipient();
    expect(rest).toMatchObject({ status: "ACTIVE", connectorRecipients: [] });
    expect(rest.person).toMatchObject({ displayName: "Jane D." });
    expect(JSON.stringify(rest)).not.toContain("jane@example.com");
    expect(await events(recipientId)).toHaveLength(1);
  });

  it("is done at once", async () => {
    const { status, connectorRecipients } = await createRecipient("success");
    expect(status).toBe("ACTIVE");
    expect(connectorRecipients).toEqual([
      { connector: "sandbox", connectorRecipientId: expect.stringMatching(/./), status: "ACTIVE" },
    ]);
  });

  it("may be declined: REJECTED, and no payout can be made to them", async () => {
    const { recipientId, status } = await createRecipient("decline");
    expect(status).toBe("REJECTED");
    await enroll(recipientId, account("5550001"));
    const { payoutMethodData: _, ...body } = order();
    refused(await api.post("/v1/payouts", { ...body, recipientId }), 400, "RECIPIENT_REJECTED");
  });

  it("cannot wait for a processor that is down: nothing is left of it", async () => {
    const body = person("unavailable", { merchantRecipientId: "seller-1" });
    const answer = await api.post("/v1/recipients", body, { key: "seller-1" });
    expect(refused(answer, 503, "CONNECTOR_UNAVAILABLE").retryable).toBe(true);
    const list = await api.call("GET", "/v1/recipients?merchantRecipientId=seller-1");
    expect(ok<{ recipients: unknown[] }>(list).recipients).toEqual([]);
    // Nothing was recorded: key and reference are free.
    const other = person(undefined, { merchantRecipientId: "seller-1" });
    ok(await api.post("/v1/recipients", other, { key: "seller-1" }));
  });

  it.each(["timeout_after_accept", "server_error_after_accept", "unreadable_reply"])(
    "of unknown outcome (%s) is PENDING, looked up, and ACTIVE",
    async (scenario) => {
      const body = person(scenario, { merchantRecipientId: scenario });
      const first = await api.post("/v1/recipients", body, { key: scenario });
      const { recipientId, status } = ok<RecipientBody>(first);
      expect(status).toBe("PENDING");
      await eventually(
        () => recipient(recipientId),
        (now) => now.status === "ACTIVE",
      );
      expect(await events(recipientId)).toMatchObject([
        [1, "recipient.pending", ""],
        [2, "recipient.active", "PENDING"],
      ]);
      expect(await api.post("/v1/recipients", body, { key: scenario })).toEqual({
        ...first,
        replayed: true,
      });
    },
  );

  it("happens once for fifty calls with one key", async () => {
    const body = person("slow", { merchantRecipientId: "fifty" });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.post("/v1/recipients", body, { key: "fifty" })),
    );
    const bodies = answers.map((answer) => JSON.stringify(ok(answer)));
    expect(new Set(bodies).size).toBe(1);
  });
});

describe("enrolling an account", () => {
  it("twice is the same account", async () => {
    const { recipientId } = await createRecipient("success");
    const first = await enroll(recipientId, { ...account("77001"), connector: "sandbox" });
    expect(first).toMatchObject({
      status: "VERIFIED",
      isDefault: true,
      connectorAccounts: [{ connectorAccountId: expect.stringMatching(/./) }],
    });
    // Written otherwise, it is the same account.
    const again = await enroll(recipientId, { ...account("77-001"), connector: "sandbox" });
    expect(again).toEqual(first);
    const many = await Promise.all(
      Array.from({ length: 20 }, () => enroll(recipientId, account("77002"))),
    );
    expect(new Set(many.map(({ disburseAccountId }) => disburseAccountId)).size).toBe(1);
    const other = await createRecipient();
    const theirs = await enroll(other.recipientId, account("77001"));
    expect(theirs.disburseAccountId).not.toBe(first.disburseAccountId);
  });

  it.each([
    ["decline", "REJECTED"],
    ["timeout_after_accept", "PENDING_VERIFICATION"],
  ])("of a recipient registered as %s is %s", async (scenario, status) => {
    const { recipientId } = await createRecipient(scenario);
    await eventually(
      () => recipient(recipientId),
      (now) => now.status !== "PENDING",
    );
    const enrolled = await enroll(recipientId, { ...account("88001"), connector: "sandbox" });
    expect(enrolled.status).toBe(status);
    if (status !== "PENDING_VERIFICATION") return;
    const path = `/v1/disburse-accounts/${enrolled.disburseAccountId}`;
    await eventually(
      async () => ok<AccountBody>(await api.call("GET", path)),
      (now) => now.status === "VERIFIED",
    );
  });

  it("keeps one default: the first, then whichever is chosen, then none", async () => {
    const { recipientId } = await createRecipient();
    const { payoutMethodData: _, ...body } = order();
    const pay = () => api.post("/v1/payouts", { ...body, recipientId });
    refused(await pay(), 400, "RECIPIENT_HAS_NO_ACCOUNT");

    const first = await enroll(recipientId, account("91001"));
    const second = await enroll(recipientId, account("92001"));
    expect([first.isDefault, second.isDefault]).toEqual([true, false]);
    const third = await enroll(recipientId, { ...account("93001"), setDefault: true });
    expect(third.isDefault).toBe(true);
    expect((await recipient(recipientId)).defaultDisburseAccountId).toBe(third.disburseAccountId);

    const path = `/v1/disburse-accounts/${second.disburseAccountId}`;
    const chosen = await api.post(`${path}/set-default`, {}, { key: "default-1" });
    expect(ok<AccountBody>(chosen).isDefault).toBe(true);
    expect((await api.post(`${path}/set-default`, {}, { key: "default-1" })).replayed).toBe(true);
    const list = ok<{ disburseAccounts: AccountBody[] }>(
      await api.call("GET", `/v1/recipients/${recipientId}/disburse-accounts`),
    );
    expect(list.disburseAccounts.map(({ isDefault }) => isDefault)).toEqual([false, true, false]);
    const paid = ok<PayoutBody>(await pay());
    expect(paid).toMatchObject({ recipientId, disburseAccountId: second.disburseAccountId });

    ok(await api.call("DELETE", path));
    expect((await recipient(recipientId)).defaultDisburseAccountId).toBe("");
    refused(await pay(), 400, "RECIPIENT_HAS_NO_ACCOUNT");
    expect((await enroll(recipientId, account("91001"))).disburseAccountId).toBe(
      first.disburseAccountId,
    );
    await api.until(paid.payoutId, "SUCCESS");
  });
});

describe("removing an account", () => {
  it("leaves payouts under way alone: they are paid to it", async () => {
    const { recipientId } = await createRecipient();
    const { disburseAccountId } = await enroll(recipientId, account("66001"));
    const { payoutMethodData: _, ...body } = order("unavailable");
    const toAccount = { ...body, disburseAccountId };
    const waiting = await api.create(toAccount);
    const held = await api.create({ ...toAccount, fulfillment: "MANUAL" });
    const staged = await api.stage(toAccount);
    expect(waiting.status).toBe("REQUIRES_CREATION");
    const path = `/v1/disburse-accounts/${disburseAccountId}`;
    ok(await api.call("DELETE", path));
    refused(await api.call("GET", path), 404, "DISBURSE_ACCOUNT_NOT_FOUND");
    refused(await api.call("DELETE", path), 404, "DISBURSE_ACCOUNT_NOT_FOUND");
    refused(await api.post("/v1/payouts", toAccount), 404, "DISBURSE_ACCOUNT_NOT_FOUND");
    for (const { payoutId } of [held, staged]) ok(await api.transfer(payoutId));
    for (const { payoutId } of [waiting, held, staged]) {
      await api.until(payoutId, "SUCCESS");
      expect(await api.transfers(payoutId)).toMatchObject([{ state: "SETTLED" }]);
    }
    // The same account enrolled anew is another one.
    const anew = await enroll(recipientId, account("66001"));
    expect(anew.disburseAccountId).not.toBe(disburseAccountId);
  });
});

describe("updating a recipient", () => {
  it("changes what is given, and only what was seen", async () => {
    const created = await createRecipient(undefined, { metadata: { tier: "gold", old: "1" } });
    const path = `/v1/recipients/${created.recipientId}`;
    const changes = {
      email: "j.doe@example.org",
      metadata: { tier: "silver", old: "" },
      etag: created.etag,
    };
    const updated = ok<RecipientBody>(await api.call("PATCH", path, changes));
    expect(updated).toMatchObject({
      metadata: { tier: "silver" },
      person: { displayName: "Jane D." },
    });
    expect(updated.person.email).not.toBe(created.person.email);
    expect(updated.metadata).toEqual({ tier: "silver" });
    refused(await api.call("PATCH", path, changes), 412, "ETAG_MISMATCH");
    const removed = ok<RecipientBody>(await api.call("PATCH", path, { email: "" }));
    expect(removed.person.email).toBe("");
    const bad = await api.call("PATCH", path, { email: "nobody" });
    refused(bad, 400, "VALIDATION_FAILED");
    expect(await recipient(created.recipientId)).toEqual(removed);
  });

  it("of fifty at once with one etag one succeeds", async () => {
    const { recipientId, etag } = await createRecipient();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        api.call("PATCH", `/v1/recipients/${recipientId}`, {
          metadata: { writer: String(index) },
          etag,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(49);
  });
});

describe("the same account enrolled twenty times at once while the processor is down", () => {
  const dark = openWorkbench();

  it("is refused to all or there for all", async () => {
    const service = await dark.service({ PAYOUT_SANDBOX_URL: "http://127.0.0.1:1" });
    const there = new Client(service.url);
    const made = ok<RecipientBody>(await there.post("/v1/recipients", person()));
    const path = `/v1/recipients/${made.recipientId}/disburse-accounts`;
    const body = { ...account("44001"), connector: "sandbox" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => there.post(path, body, { key: `dark-${index}` })),
    );
    for (const answer of answers) {
      if (answer.status !== 200) {
        refused(answer, 503, "CONNECTOR_UNAVAILABLE");
        continue;
      }
      const { disburseAccountId } = ok<AccountBody>(answer);
      ok(await there.call("GET", `/v1/disburse-accounts/${disburseAccountId}`));
    }
  });
});
