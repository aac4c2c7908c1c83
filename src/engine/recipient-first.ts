import type { Connector } from "../connectors/connector.ts";
import { refOf } from "../connectors/registry.ts";
import { parseId } from "../domain/id.ts";
import type { ClaimedJob } from "../repository/job.ts";
import type { Registration } from "../repository/registration.ts";
import { LeaseLostError } from "../repository/repository.ts";
import type { EngineContext } from "./engine-context.ts";
import { keepLease } from "./lease-keeper.ts";
import { newProcessorKey } from "./processor-key.ts";

/**
 * How an account's registration stands by its recipient's: `ready` to be made; to `wait` for the
 * recipient's id; the same, and surely nothing was `unsent` of it yet; or `rejected` with the recipient.
 */
export type RecipientStanding = "ready" | "wait" | "unsent" | "rejected";

/**
 * Registers an account's recipient where the processor knows accounts by their recipients and does not
 * know this one. Until it has given the recipient an id there is nothing to register the account with.
 */
export async function recipientFirst(
  context: EngineContext,
  connector: Connector,
  { merchantId, subjectId }: Registration,
  run: (job: ClaimedJob) => Promise<unknown>,
): Promise<RecipientStanding> {
  if (connector.registerRecipient === undefined) return "ready";
  if (parseId(subjectId)?.kind === "recipient") return "ready";
  const { accounts, recipients, registrations } = context.repository;
  const account = await accounts.find({ merchantId, disburseAccountId: subjectId });
  if (account === null) return "ready";
  const { recipientId } = account;
  const ref = refOf(connector);
  const known = async () => {
    const recipient = await recipients.find({ merchantId, recipientId });
    return recipient?.connectorRecipients.find((each) => each.connector === ref);
  };
  if ((await known()) === undefined) {
    const job = await start(context, { merchantId, subjectId: recipientId, connector: ref });
    if (job !== null) await whileLeased(context, job, run);
  }
  const recipient = await known();
  if (recipient?.status === "REJECTED") return "rejected";
  if (recipient?.connectorRecipientId != null) return "ready";
  const registration = await registrations.find({ merchantId, subjectId: recipientId });
  const isUnsent = registration?.connector === ref && registration.outcome === "NOT_SENT";
  return isUnsent ? "unsent" : "wait";
}

/** Stores a recipient's registration under this process's lease; null when there is one under way. */
async function start(
  context: EngineContext,
  subject: Pick<Registration, "merchantId" | "subjectId" | "connector">,
): Promise<ClaimedJob | null> {
  const { clock, leaseMs, randomBytes, repository } = context;
  const now = clock.now();
  const token = Buffer.from(randomBytes(16)).toString("hex");
  const started = await repository.registrations.start({
    ...subject,
    processorKey: newProcessorKey(context),
    outcome: null,
    tries: 0,
    status: "PENDING",
    connectorId: null,
    requirements: [],
    error: null,
    createTime: now,
    job: { runAt: now, tries: 0, lease: { token, until: now + leaseMs } },
  });
  return started ? { kind: "registration", ...subject, token } : null;
}

async function whileLeased(
  context: EngineContext,
  job: ClaimedJob,
  run: (job: ClaimedJob) => Promise<unknown>,
): Promise<void> {
  const release = keepLease(context, job);
  try {
    await run(job);
  } catch (error) {
    // Whoever has taken over goes on with the recipient; the account waits for that.
    if (!(error instanceof LeaseLostError)) throw error;
  } finally {
    release();
  }
}
