import { describe, expect, it } from "vitest";
import { keyKeptMs } from "../../processors/dwolla/idempotency.ts";
import { ACCOUNT_NUMBER, ach, Course, openRig, type Rig, registered } from "./rig.ts";

const TRANSFERS = { method: "POST", path: "/transfers" };

/** Makes the fake refuse the next transfer with an embedded error. */
function refuse({ fake }: Rig, error: { code: string; path?: string; message?: string }): void {
  let isOver = false;
  fake.http.use((request, next) => {
    if (isOver || request.method !== "POST" || request.path !== "/transfers") return next();
    isOver = true;
    const message = "Validation error(s) present. See embedded errors list for more details.";
    const errors = [{ message: "No.", path: "", _links: {}, ...error }];
    return { status: 400, body: { code: "ValidationError", message, _embedded: { errors } } };
  });
}

async function checked() {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) });
  await course.go("check");
  return { rig, course };
}

describe("a refusal", () => {
  const source = "/_links/source/href";
  const destination = "/_links/destination/href";
  it.each([
    ["InsufficientFunds", source, "INSUFFICIENT_FUNDS", "CONNECTOR_DECLINED"],
    ["Restricted", source, "FUNDING_SOURCE_UNUSABLE", "CONFIGURATION"],
    ["Invalid", destination, "ACCOUNT_UNUSABLE", "CONNECTOR_DECLINED"],
    ["Restricted", destination, "RECIPIENT_REFUSED", "CONNECTOR_DECLINED"],
    ["NotAllowed", destination, "RECIPIENT_REFUSED", "CONNECTOR_DECLINED"],
    ["Invalid", "/amount/value", "AMOUNT_UNSUPPORTED", "VALIDATION"],
    ["Restricted", "/amount/value", "LIMIT_EXCEEDED", "CONNECTOR_DECLINED"],
    ["InvalidFormat", "/amount/value", "AMOUNT_UNSUPPORTED", "VALIDATION"],
    ["Restricted", "/clearing/destination", "METHOD_UNSUPPORTED", "CONNECTOR_DECLINED"],
    ["constructor", "", "REQUEST_REFUSED", "CONNECTOR_DECLINED"],
  ])("%s at %s is %s", async (code, path, reason, category) => {
    const { rig, course } = await checked();
    refuse(rig, { code, path });
    expect(await course.call("transfer")).toMatchObject({
      kind: "rejected",
      error: { reason, category, connectorCode: code },
    });
    expect(rig.fake.transfers).toHaveLength(0);
  });

  it.each([
    ["Restricted", destination, "Destination customer has reached its weekly receive limit."],
    ["Invalid", "/amount/value", "The supplied amount is greater than your transaction limit."],
  ])("%s at %s may be one of a limit", async (code, path, message) => {
    const { rig, course } = await checked();
    refuse(rig, { code, path, message });
    expect(await course.call("transfer")).toMatchObject({
      kind: "rejected",
      error: { reason: "LIMIT_EXCEEDED", connectorMessage: message },
    });
  });

  it("says nothing of the account, whatever Dwolla repeats", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("customer");
    rig.fake.http.use((request, next) =>
      request.path.endsWith("/funding-sources")
        ? { status: 400, body: { code: "Invalid", message: `What is ${ACCOUNT_NUMBER}?` } }
        : next(),
    );
    const outcome = await course.call("funding_source");
    expect(outcome.kind).toBe("rejected");
    expect(JSON.stringify(outcome)).not.toContain(ACCOUNT_NUMBER);
    rig.fake.http.violations.splice(0);
  });

  it.each([
    [400, "<html>Bad Request</html>", "unknown"],
    [400, { message: "who says this?" }, "unknown"],
    [404, { code: "NotFound", message: "no" }, "rejected"],
    [409, { code: "Conflict", message: "running" }, "unknown"],
    [302, "", "unknown"],
    [500, { code: "ServerError", message: "no" }, "unknown"],
  ])("%i with %j is %s", async (status, body, kind) => {
    const { rig, course } = await checked();
    rig.fake.http.use((request, next) =>
      request.method === "POST" && request.path === "/transfers" ? { status, body } : next(),
    );
    expect((await course.call("transfer")).kind).toBe(kind);
    rig.fake.http.violations.splice(0);
  });

  it("of what the application may not do has done nothing", async () => {
    const { rig, course } = await checked();
    rig.fake.http.use((request, next) =>
      request.method === "POST" && request.path === "/transfers"
        ? { status: 403, body: { code: "Forbidden", message: "Not for you." } }
        : next(),
    );
    const forbidden = await course.call("transfer");
    expect(forbidden).toMatchObject({ kind: "not_sent", later: {} });
    expect(forbidden).toMatchObject({ error: { category: "CONFIGURATION" } });
  });

  it("of a destination is found by the check, before anything is sent", async () => {
    const rig = await openRig();
    const known = await registered(rig);
    const course = new Course(rig, { registered: known });
    rig.fake.removeBank(known.accountId);
    expect(await course.call("check")).toMatchObject({
      kind: "accepted",
      value: { status: "INELIGIBLE", error: { reason: "ACCOUNT_UNUSABLE" } },
    });
    const lost = new Course(rig, { registered: { recipientId: null, accountId: "none" } });
    expect(await lost.call("check")).toMatchObject({
      value: { status: "INELIGIBLE", error: { reason: "ACCOUNT_NOT_FOUND" } },
    });
  });
});

it.each([
  [{ minorAmount: 1_000n, currency: "JPY" }, "USD", "CURRENCY_UNSUPPORTED"],
  [{ minorAmount: 1_000n, currency: "KWD" }, "KWD", "CURRENCY_UNSUPPORTED"],
  [{ minorAmount: 1_000n, currency: "USD" }, "EUR", "CURRENCY_UNSUPPORTED"],
  [{ minorAmount: 0n, currency: "USD" }, "USD", "AMOUNT_UNSUPPORTED"],
])("what Dwolla cannot pay is rejected before it is sent", async (amount, to, reason) => {
  const rig = await openRig();
  const course = new Course(rig, { amount, destinationCurrency: to });
  for (const step of Object.keys(course.keys)) {
    expect(await course.call(step)).toMatchObject({ kind: "rejected", error: { reason } });
  }
  const iban = { kind: "sepa", iban: "DE89370400440532013000", holderName: "Ada" } as const;
  for (const changes of [{ method: iban }, { person: null }]) {
    expect((await new Course(rig, changes).call("check")).kind).toBe("rejected");
  }
  expect(rig.fake.http.requests).toHaveLength(0);
});

describe("a repeat", () => {
  it.each([
    ["create", "transfer", "/transfers"],
    ["stage", "hold", "/mass-payments"],
  ] as const)(
    "sends the same bytes, whatever has been changed since (%s)",
    async (operation, step, path) => {
      const rig = await openRig();
      const course = new Course(rig, {}, operation);
      await course.go("customer", "funding_source", "check");
      rig.fake.http.faults.next({ method: "POST", path }, { kind: "reset-after-read" });
      expect((await course.call(step)).kind).toBe("unknown");
      course.account = {
        ...rig.account,
        version: 2,
        settings: { ...rig.account.settings, funding_source_id: rig.fake.bankSourceId },
      };
      const payout = { ...course.payout, registered: { recipientId: "r", accountId: "a" } };
      const again = await rig.module.callStep({
        step,
        processorKey: course.key(step),
        payout: { ...payout, method: ach, description: "" },
        references: [...course.references, { kind: "funding_source", id: "another" }],
        processorKeys: course.keys,
        signal: AbortSignal.timeout(5_000),
        account: course.account,
      });
      expect(again.kind).toBe("accepted");
      const [first, second] = rig.fake.http.requestsTo("POST", path);
      expect(second?.raw).toEqual(first?.raw);
      expect(rig.fake.transfers.length + rig.fake.massPayments.length).toBe(1);
    },
  );

  it("while the first call is running is unknown, and then its answer", async () => {
    const { rig, course } = await checked();
    const gate = rig.fake.http.gates.next(TRANSFERS);
    const first = course.call("transfer");
    await gate.arrived;
    expect((await course.call("transfer")).kind).toBe("unknown");
    gate.open();
    expect((await first).kind).toBe("accepted");
    expect(await course.call("transfer")).toEqual(await first);
    expect(course.transfer.cents).toBe(4_200n);
  });

  it("is safe for less than Dwolla keeps a key", async () => {
    const { module } = await openRig();
    expect(module.manifest.idempotency.windowMs).toBeLessThan(keyKeptMs);
    expect(module.manifest.idempotency).toMatchObject({ repeat: "REPLAYED", keepsRefusals: false });
  });

  it("of a release that was refused tells how the mass payment stands", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) }, "stage");
    await course.go();
    course.plan("transfer");
    const release = { method: "POST", path: "/mass-payments/{id}" };
    // Somebody else was faster, on Dwolla's pages: our own call is refused.
    const gate = rig.fake.http.gates.next(release);
    const ours = course.call("release");
    await gate.arrived;
    await course.call("release");
    gate.open();
    expect(await ours).toMatchObject({ kind: "accepted", value: { rawStatus: "pending" } });
    rig.fake.completeMassPayment(course.massPayment.id);
    expect(rig.fake.transfers).toHaveLength(1);
  });

  it("of a release that is refused while the mass payment waits is a no", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) }, "stage");
    await course.go();
    course.plan("transfer");
    rig.fake.http.use((request, next) =>
      request.method === "POST" && request.template === "/mass-payments/{id}"
        ? { status: 400, body: { code: "BadRequest", message: "Not today." } }
        : next(),
    );
    expect(await course.call("release")).toMatchObject({
      kind: "rejected",
      error: { connectorCode: "BadRequest" },
    });
    // What the refusal was about cannot be read: then nothing is known.
    const read = { method: "GET", path: "/mass-payments/{id}" };
    let reads = 0;
    const isSecond = () => {
      reads += 1;
      return reads === 2;
    };
    rig.fake.http.faults.next({ ...read, when: isSecond }, { kind: "status-500-before-act" });
    expect((await course.call("release")).kind).toBe("unknown");
  });
});
