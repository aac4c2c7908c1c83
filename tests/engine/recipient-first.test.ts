import { describe, expect, it } from "vitest";
import type { RegistrationRunOptions } from "../../src/engine/registration-runner.ts";
import { LEASE_MS } from "../repository/fixtures.ts";
import { Bench, CONNECTOR_TIMEOUT_MS } from "./bench.ts";
import type { Behaviour } from "./processor-double.ts";

const LOST: Behaviour = { accepts: false, reply: "unknown" };
const ACCEPTED_BUT_LOST: Behaviour = { accepts: true, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };
const REFUSED: Behaviour = { accepts: false };

/** An account that is to be registered, of a recipient that the processor does not know. */
async function enrolled() {
  const bench = await Bench.open();
  const { world } = bench;
  const { recipientId } = await world.createRecipient();
  const status = "PENDING_VERIFICATION";
  const input = world.newAccount(recipientId, "one", { status });
  const subjectId = input.account.disburseAccountId;
  const registration = { ...world.registration({ subjectId, status }, "mine"), tries: 0 };
  const { accounts, registrations, recipients } = world.repository;
  await accounts.create({ ...input, setDefault: false, registration, claim: null });
  const { merchantId } = world;
  const find = async (id: string) => {
    const found = await registrations.find({ merchantId, subjectId: id });
    if (found === null) throw new Error("there is no registration");
    return found;
  };
  const run = (options: RegistrationRunOptions = {}, process = bench.process()) =>
    process.executor.runRegistration(
      { kind: "registration", connector: "double", merchantId, subjectId, token: "mine" },
      options,
    );
  /** Works as the worker does until both are done. */
  const finish = async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      if ((await world.repository.jobs.nextClaimableAt()) === null) break;
      await bench.toNext();
      await bench.process().work();
    }
    return find(subjectId);
  };
  const recipient = () => recipients.find({ merchantId, recipientId });
  return { bench, run, finish, find, recipient, recipientId, subjectId };
}

describe("an account of a recipient that the processor does not know", () => {
  it("is registered after the recipient, with the id that it was given", async () => {
    const { bench, run, find, recipient, recipientId, subjectId } = await enrolled();
    await run();
    expect(await find(subjectId)).toMatchObject({ outcome: "ACCEPTED", status: "VERIFIED" });
    const { processorKey } = await find(recipientId);
    expect(bench.processor.log).toEqual(["register", "register"]);
    expect(bench.processor.recipientIds).toEqual([null, `at-${processorKey}`]);
    expect(await recipient()).toMatchObject({
      status: "ACTIVE",
      connectorRecipients: [{ connector: "double", connectorRecipientId: `at-${processorKey}` }],
    });
  });

  it.each([
    ["lost on its way", [LOST]],
    ["taken, and its answer lost", [ACCEPTED_BUT_LOST]],
    ["not sent, where nobody waits", [NOT_SENT, NOT_SENT]],
  ])("waits while the recipient's registration is %s", async (_, script) => {
    const { bench, run, find, finish, subjectId } = await enrolled();
    bench.processor.script.push(...script);
    await run();
    expect(await find(subjectId)).toMatchObject({ outcome: "NOT_SENT", tries: 0 });
    expect(bench.processor.recipientIds).toEqual([null]);
    expect(await finish()).toMatchObject({ outcome: "ACCEPTED", status: "VERIFIED" });
    expect(bench.processor.registrations.size).toBe(2);
  });

  it("waits for an answer that does not come in time, and its caller is not told to try again", async () => {
    const { bench, run, find, finish, subjectId } = await enrolled();
    bench.processor.script.push({ accepts: true, reply: "hang" });
    const running = run({ takesBack: () => true });
    await bench.clock.advance(CONNECTOR_TIMEOUT_MS + 1000);
    expect(await running).toMatchObject({ kind: "recorded" });
    expect(await find(subjectId)).toMatchObject({ outcome: "NOT_SENT", tries: 0 });
    expect((await finish()).status).toBe("VERIFIED");
  });

  it("is left to its caller when nothing of the recipient could be sent", async () => {
    const { bench, run, find, recipientId } = await enrolled();
    bench.processor.script.push(NOT_SENT);
    expect(await run({ takesBack: () => true })).toEqual({ kind: "not_sent" });
    expect((await find(recipientId)).outcome).toBe("NOT_SENT");
  });

  it("is rejected with the recipient, without a call", async () => {
    const { bench, run, find, subjectId } = await enrolled();
    bench.processor.script.push(REFUSED);
    await run();
    expect(await find(subjectId)).toMatchObject({ status: "REJECTED", job: null, tries: 0 });
    expect(bench.processor.log).toEqual(["register"]);
  });

  it("waits while the recipient is registered elsewhere, and begins then", async () => {
    const { bench, run, find, finish, recipientId, subjectId } = await enrolled();
    const elsewhere = {
      ...bench.world.registration({ subjectId: recipientId, status: "PENDING" }, "theirs"),
      connector: "elsewhere",
    };
    const { registrations } = bench.world.repository;
    await registrations.start(elsewhere);
    await run();
    expect(bench.processor.log).toEqual([]);
    expect(await find(subjectId)).toMatchObject({ outcome: "NOT_SENT", tries: 0 });
    const ref = { merchantId: bench.world.merchantId, subjectId: recipientId };
    await registrations.change(ref, { lease: "theirs" }, (current) => ({ ...current, job: null }));
    expect((await finish()).status).toBe("VERIFIED");
  });

  it("is made once, and its recipient once, wherever the process dies", async () => {
    const trial = async (seam: number, when: "before" | "after") => {
      const { bench, finish } = await enrolled();
      await bench.clock.advance(LEASE_MS);
      const first = bench.process({ seam, when });
      await first.work();
      first.kill();
      const at = `dead ${when} seam ${seam}`;
      expect(await finish(), at).toMatchObject({ outcome: "ACCEPTED", job: null });
      expect(bench.processor.registrations.size, at).toBe(2);
      return first.seams >= seam;
    };
    let seam = 1;
    while ((await trial(seam, "before")) && (await trial(seam, "after"))) seam += 1;
    expect(seam).toBeGreaterThan(5);
  });
});
