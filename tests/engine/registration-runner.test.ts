import { describe, expect, it } from "vitest";
import type { RegistrationRunOptions } from "../../src/engine/registration-runner.ts";
import { claimOf, LEASE_MS } from "../repository/fixtures.ts";
import { Bench, CONNECTOR_TIMEOUT_MS } from "./bench.ts";
import { type Behaviour, error } from "./processor-double.ts";

const CLAIM = claimOf("k", { method: "PayoutService.CreateRecipient" });
const LOST: Behaviour = { accepts: false, reply: "unknown" };
const ACCEPTED_BUT_LOST: Behaviour = { accepts: true, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };

/** A recipient whose registration is begun and leased, as the service stores it. */
async function begun() {
  const bench = await Bench.open();
  const { world } = bench;
  const input = world.newRecipient({ status: "PENDING" });
  const { recipientId: subjectId } = input.recipient;
  const registration = world.registration({ subjectId, status: "PENDING" }, "mine");
  await world.repository.recipients.create({ ...input, registration, claim: CLAIM });
  const ref = { merchantId: world.merchantId, subjectId };
  const find = async () => {
    const found = await world.repository.registrations.find(ref);
    if (found === null) throw new Error("the registration is gone");
    return found;
  };
  const run = (options: RegistrationRunOptions = {}, process = bench.process()) =>
    process.executor.runRegistration(
      { kind: "registration", connector: "scripted", ...ref, token: "mine" },
      { begun: true, close: CLAIM, ...options },
    );
  const recipient = () => world.repository.recipients.find({ ...ref, recipientId: subjectId });
  /** Works on it as the worker does, for as long as it has a job. */
  const finish = async () => {
    for (let turn = 0; turn < 30 && (await find()).job !== null; turn += 1) {
      await bench.toNext();
      await bench.process().work();
    }
    return find();
  };
  return { bench, ref, run, find, finish, recipient, key: registration.processorKey };
}

describe("a registration", () => {
  it("is recorded with its recipient, and answers the call", async () => {
    const { run, find, recipient, bench, key } = await begun();
    expect(await run()).toMatchObject({ kind: "recorded" });
    expect(await find()).toMatchObject({ outcome: "ACCEPTED", status: "ACTIVE", job: null });
    expect(await recipient()).toMatchObject({
      status: "ACTIVE",
      connectorRecipients: [{ connectorRecipientId: `at-${key}` }],
    });
    const { merchantId } = bench.world;
    const record = await bench.world.repository.idempotency.find(merchantId, CLAIM);
    expect(JSON.parse(record?.answer ?? "")).toEqual(await recipient());
  });

  it("that is refused is REJECTED", async () => {
    const { run, find, recipient, bench } = await begun();
    bench.processor.script.push({ accepts: false, reply: "rejected" });
    await run();
    expect(await find()).toMatchObject({ outcome: "REJECTED", job: null });
    expect((await recipient())?.status).toBe("REJECTED");
  });

  it.each(["throw", "unknown", "hang"] as const)("is never refused by: %s", async (reply) => {
    const { run, find, finish, recipient, bench } = await begun();
    bench.processor.script.push({ accepts: true, reply });
    const running = run();
    await bench.clock.advance(CONNECTOR_TIMEOUT_MS + 1000);
    await running;
    expect(await find()).toMatchObject({ outcome: "UNKNOWN", status: "PENDING" });
    expect((await recipient())?.status).toBe("PENDING");
    expect(await finish()).toMatchObject({ outcome: "ACCEPTED", status: "ACTIVE" });
    expect(bench.processor.log).toEqual(["register", "lookup"]);
  });

  it("stays in doubt when a repeat was surely not sent: the call before it may have arrived", async () => {
    const { run, find, finish, bench } = await begun();
    bench.processor.script.push(LOST, NOT_SENT);
    await run();
    await bench.toNext();
    await bench.process().work();
    expect(bench.processor.log).toEqual(["register", "lookup", "register"]);
    expect((await find()).outcome).toBe("UNKNOWN");
    await finish();
    expect(bench.processor.log).toEqual(["register", "lookup", "register", "lookup", "register"]);
    expect(bench.processor.registrations.size).toBe(1);
  });

  it("is in doubt while a call after a not_sent is under way, should the process die", async () => {
    const { run, find, finish, bench } = await begun();
    bench.processor.script.push(NOT_SENT);
    await run();
    expect((await find()).outcome).toBe("NOT_SENT");
    await bench.toNext();
    bench.processor.script.push({ accepts: true, meanwhile: () => new Promise(() => {}) });
    const dying = bench.process();
    await dying.work();
    dying.kill();
    expect(await find()).toMatchObject({ outcome: null, tries: 2 });
    await bench.clock.advance(LEASE_MS);
    expect(await finish()).toMatchObject({ outcome: "ACCEPTED" });
    expect(bench.processor.log).toEqual(["register", "register", "lookup"]);
  });

  it("is not sent when the lease was lost before", async () => {
    const { run, bench } = await begun();
    await bench.clock.advance(LEASE_MS);
    const late = bench.process();
    await bench.process().work();
    expect(await run({}, late)).toBeNull();
    expect(bench.processor.log).toEqual(["lookup", "register"]);
  });

  it("leaves it to the caller when nothing was sent, and tries again where nobody waits", async () => {
    const told = await begun();
    told.bench.processor.script.push(NOT_SENT);
    expect(await told.run({ takesBack: () => true })).toEqual({ kind: "not_sent" });
    expect((await told.find()).job?.lease?.token).toBe("mine");

    const { run, find, finish, bench } = await begun();
    bench.processor.script.push(NOT_SENT);
    await run();
    expect(await find()).toMatchObject({ outcome: "NOT_SENT", job: { tries: 1, lease: null } });
    expect(await finish()).toMatchObject({ outcome: "ACCEPTED" });
  });

  it("stays when the processor puts it off until it is done with something else", async () => {
    const { run, find, finish, bench } = await begun();
    const later = { afterMs: 60_000, status: "REQUIRES_VENDOR_ACCOUNT_CREATION" } as const;
    const reply = { kind: "not_sent", error: error("LATER"), later } as const;
    bench.processor.script.push({ accepts: false, reply });
    expect(await run({ takesBack: () => true })).toMatchObject({ kind: "recorded" });
    expect(await find()).toMatchObject({
      outcome: "NOT_SENT",
      job: { runAt: bench.clock.time + 60_000 },
    });
    expect(await finish()).toMatchObject({ outcome: "ACCEPTED" });
  });

  it("of an account is looked at by the processor's id once there is one", async () => {
    const bench = await Bench.open();
    const { world, processor } = bench;
    const { recipientId } = await world.createRecipient();
    const status = "PENDING_VERIFICATION";
    const input = world.newAccount(recipientId, "one", { status });
    const subjectId = input.account.disburseAccountId;
    const registration = world.registration({ subjectId, status }, "died");
    await world.repository.accounts.create({
      ...input,
      setDefault: false,
      registration,
      claim: null,
    });
    processor.accountStatus = status;
    for (let turn = 0; turn < 2; turn += 1) {
      await bench.toNext();
      await bench.process().work();
    }
    expect(processor.log).toEqual(["lookup", "register", "lookup"]);
    expect(processor.accountIds).toEqual([null, `at-${registration.processorKey}`]);
  });

  it("of an account that was removed meanwhile ends", async () => {
    const bench = await Bench.open();
    const { world } = bench;
    const { recipientId } = await world.createRecipient();
    const status = "PENDING_VERIFICATION";
    const input = world.newAccount(recipientId, "one", { status });
    const subjectId = input.account.disburseAccountId;
    const registration = world.registration({ subjectId, status }, "mine");
    const { accounts, jobs, registrations } = world.repository;
    await accounts.create({ ...input, setDefault: false, registration, claim: null });
    await accounts.remove(input.account, bench.clock.time, { claim: null });
    await bench.clock.advance(LEASE_MS);
    await bench.process().work();
    expect(await jobs.nextClaimableAt()).toBeNull();
    expect(await registrations.find({ merchantId: world.merchantId, subjectId })).toMatchObject({
      job: null,
    });
    expect(bench.processor.log).toEqual([]);
  });

  it.each([
    ["a plain success", []],
    ["a lost reply", [ACCEPTED_BUT_LOST]],
    ["a lost request", [LOST, LOST]],
    ["a processor that is down at first", [NOT_SENT, NOT_SENT]],
    ["a not_sent after an unknown", [LOST, NOT_SENT]],
  ])("is made once wherever the process dies: %s", async (_, script) => {
    const trial = async (seam: number, when: "before" | "after") => {
      const { bench, finish, recipient, key } = await begun();
      bench.processor.script.push(...script);
      // Nobody took the lease that the creator held: it died at once.
      await bench.clock.advance(LEASE_MS);
      const first = bench.process({ seam, when });
      for (let turn = 0; turn < 12 && !first.isDead; turn += 1) {
        await first.work();
        if ((await bench.world.repository.jobs.nextClaimableAt()) === null) break;
        await bench.toNext();
      }
      const end = await finish();
      const at = `dead ${when} seam ${seam}`;
      expect(end, at).toMatchObject({ outcome: "ACCEPTED", job: null, processorKey: key });
      expect((await recipient())?.status, at).toBe("ACTIVE");
      expect([...bench.processor.registrations.keys()], at).toEqual([key]);
      return first.isDead;
    };
    let seam = 1;
    while ((await trial(seam, "before")) && (await trial(seam, "after"))) seam += 1;
    expect(seam).toBeGreaterThan(3);
  });
});
