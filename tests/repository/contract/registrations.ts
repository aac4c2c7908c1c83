import { describe, expect, it } from "vitest";
import type { Registration } from "../../../src/repository/registration.ts";
import { LeaseLostError } from "../../../src/repository/repository.ts";
import {
  claimOf,
  LEASE_MS,
  METHOD,
  NO_CHANGE,
  type OpenRepository,
  PERSON,
  START,
  World,
} from "../fixtures.ts";

const CREATE = { method: "PayoutService.CreateRecipient" };
const ENROLL = { method: "PayoutService.EnrollDisburseAccount" };

async function registeredRecipient(world: World) {
  const input = world.newRecipient({ status: "PENDING", merchantRecipientId: "r-1" });
  const { recipientId: subjectId } = input.recipient;
  const registration = world.registration({ subjectId, status: "PENDING" }, "lease");
  const claim = claimOf("k", CREATE);
  await world.repository.recipients.create({ ...input, registration, claim });
  return { ref: { merchantId: world.merchantId, subjectId }, registration, claim };
}

async function registeredAccount(world: World, recipientId: string) {
  const input = world.newAccount(recipientId, "one", { status: "PENDING_VERIFICATION" });
  const { disburseAccountId: subjectId } = input.account;
  const status = "PENDING_VERIFICATION";
  const registration = world.registration({ subjectId, status }, "lease");
  const claim = claimOf("k", ENROLL);
  await world.repository.accounts.create({ ...input, setDefault: false, registration, claim });
  return { ref: { merchantId: world.merchantId, subjectId }, account: input.account, claim };
}

export function registrationContract(open: OpenRepository): void {
  describe("registrations", () => {
    it("starts another one of a recipient, one at a time, and one at each connector", async () => {
      const world = await World.open(open);
      const { ref } = await registeredRecipient(world);
      const { registrations, recipients, jobs } = world.repository;
      const subject = { subjectId: ref.subjectId, status: "PENDING" } as const;
      const more = { ...world.registration(subject, "mine"), connector: "second", tries: 0 };
      expect(await registrations.start(more), "the first is under way").toBe(false);
      await registrations.change(ref, { lease: "lease" }, (current) => ({ ...current, job: null }));
      const again = { ...more, connector: "double" };
      expect(await registrations.start(again), "there is one there").toBe(false);
      world.time += 1;
      const later = { ...more, createTime: world.time };
      expect(await registrations.start(later)).toBe(true);
      expect(await registrations.find(ref)).toEqual(later);
      const recipient = await recipients.find({ ...ref, recipientId: ref.subjectId });
      expect(recipient?.connectorRecipients.map(({ connector }) => connector)).toEqual([
        "double",
        "second",
      ]);
      expect(await jobs.extend("registration", ref.subjectId, "mine", LEASE_MS)).toBe(true);
    });

    it("changes a registration and its recipient together, with one event, and closes the call", async () => {
      const world = await World.open(open);
      const { ref, registration, claim } = await registeredRecipient(world);
      const { registrations, recipients, idempotency, jobs } = world.repository;
      expect(await registrations.find(ref)).toEqual(registration);
      const options = { lease: "lease", close: claim };
      const changed = await registrations.change(ref, options, (current) => ({
        ...current,
        outcome: "ACCEPTED",
        status: "ACTION_REQUIRED",
        connectorId: "rcp_at_processor",
        requirements: ["tax_id"],
        job: null,
      }));
      expect(await registrations.find(ref)).toEqual(changed);
      const recipient = await recipients.find({ ...ref, recipientId: ref.subjectId });
      expect(recipient).toMatchObject({
        status: "ACTION_REQUIRED",
        requirements: ["tax_id"],
        version: 2,
        connectorRecipients: [
          {
            connector: "double",
            connectorRecipientId: "rcp_at_processor",
            status: "ACTION_REQUIRED",
          },
        ],
      });
      const record = await idempotency.find(world.merchantId, claim);
      expect(JSON.parse(record?.answer ?? "")).toEqual(recipient);
      const types = (await world.eventsOf(ref.subjectId)).map(({ type }) => type);
      expect(types).toEqual(["recipient.pending", "recipient.action_required"]);
      expect(await jobs.nextClaimableAt()).toBeNull();
    });

    it("makes what a processor names due to be looked up, of this account alone", async () => {
      const world = await World.open(open);
      const { ref } = await registeredRecipient(world);
      const { registrations, jobs } = world.repository;
      const named = { merchantId: world.merchantId, connector: "double", connectorId: "rcp_there" };
      expect(await registrations.lookAgain(named)).toBe("unknown");
      const accepted = (current: Registration): Registration => ({
        ...current,
        outcome: "ACCEPTED",
        status: "ACTION_REQUIRED",
        connectorId: "rcp_there",
      });
      await registrations.change(ref, { lease: "lease" }, accepted);
      expect(await registrations.lookAgain(named)).toBe("busy");
      await registrations.change(ref, { lease: "lease" }, (current) => ({ ...current, job: null }));
      for (const other of [
        { ...named, merchantId: world.strangerId },
        { ...named, connector: "double/cacct_two" },
        { ...named, connectorId: "rcp_other" },
      ]) {
        expect(await registrations.lookAgain(other)).toBe("unknown");
      }
      expect(await jobs.nextClaimableAt()).toBeNull();
      expect(await registrations.lookAgain(named)).toBe("due");
      const [job] = await jobs.claimDue(1, LEASE_MS);
      expect(job).toMatchObject({ kind: "registration", ...ref, connector: "double" });
      expect(await registrations.lookAgain(named)).toBe("busy");
      const lease = job?.token ?? "";
      await registrations.change(ref, { lease }, (current) => ({
        ...current,
        outcome: "REJECTED",
        job: null,
      }));
      expect(await registrations.lookAgain(named)).toBe("unknown");
    });

    it("never changes the processor key", async () => {
      const world = await World.open(open);
      const { ref, registration } = await registeredRecipient(world);
      const { registrations } = world.repository;
      await registrations.change(ref, { lease: "lease" }, (current) => ({
        ...current,
        processorKey: "another",
        tries: 2,
      }));
      const found = await registrations.find(ref);
      expect(found).toMatchObject({ processorKey: registration.processorKey, tries: 2 });
    });

    it("is fenced by the lease", async () => {
      const world = await World.open(open);
      const { ref, claim } = await registeredRecipient(world);
      const { registrations, jobs } = world.repository;
      world.time = START + LEASE_MS;
      const [job] = await jobs.claimDue(1, LEASE_MS);
      expect(job).toMatchObject({ kind: "registration", subjectId: ref.subjectId });
      const stale = registrations.change(ref, { lease: "lease" }, NO_CHANGE);
      await expect(stale).rejects.toBeInstanceOf(LeaseLostError);
      const discarding = registrations.discard(ref, { lease: "lease", claim });
      await expect(discarding).rejects.toBeInstanceOf(LeaseLostError);
      expect(await registrations.find(ref)).not.toBeNull();
    });

    it("takes a recipient back as if the call had not been made", async () => {
      const world = await World.open(open);
      const { ref, claim } = await registeredRecipient(world);
      const { registrations, recipients, idempotency, jobs } = world.repository;
      await registrations.discard(ref, { lease: "lease", claim });
      expect(await registrations.find(ref)).toBeNull();
      expect(await recipients.find({ ...ref, recipientId: ref.subjectId })).toBeNull();
      expect(await idempotency.find(world.merchantId, claim)).toBeNull();
      expect(await jobs.nextClaimableAt()).toBeNull();
      const again = await registeredRecipient(world);
      expect(await registrations.find(again.ref)).not.toBeNull();
    });

    it("takes an account back, and leaves a payout that named it meanwhile its destination", async () => {
      const world = await World.open(open);
      const { accounts, payouts, recipients, registrations, jobs } = world.repository;
      const { recipientId } = await world.createRecipient();
      const { ref, account, claim } = await registeredAccount(world, recipientId);
      const { disburseAccountId } = account;
      const { payout } = await world.create({ recipientId, disburseAccountId });
      await registrations.discard(ref, { lease: "lease", claim });
      expect(await accounts.find(account)).toBeNull();
      expect(await registrations.find(ref)).toBeNull();
      const recipient = await recipients.find({ merchantId: world.merchantId, recipientId });
      expect(recipient?.defaultDisburseAccountId).toBeNull();
      expect(await payouts.destination(payout)).toEqual({ method: METHOD, person: PERSON });
      const claimed = await jobs.claimDue(10, LEASE_MS);
      expect(claimed.map(({ kind }) => kind)).toEqual(["payout"]);
      const again = await registeredAccount(world, recipientId);
      expect((await accounts.find(again.account))?.isDefault).toBe(true);
    });

    it("goes on with the registration of an account that was removed, and answers nothing", async () => {
      const world = await World.open(open);
      const { accounts, registrations, idempotency } = world.repository;
      const { recipientId } = await world.createRecipient();
      const { ref, account, claim } = await registeredAccount(world, recipientId);
      await accounts.remove(account, world.time, { claim: null });
      await registrations.change(ref, { lease: "lease", close: claim }, (current) => ({
        ...current,
        status: "VERIFIED",
        job: null,
      }));
      expect(await accounts.find(account)).toBeNull();
      expect((await idempotency.find(world.merchantId, claim))?.answer).toBeNull();
      const types = (await world.eventsOf(ref.subjectId)).map(({ type }) => type);
      expect(types.at(-1)).toBe("disburse_account.removed");
    });
  });
}
