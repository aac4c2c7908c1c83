import type { ClaimedJob } from "../repository/job.ts";
import type { EngineContext } from "./engine-context.ts";

/**
 * Extends a lease at a third of its length while its holder works, so that a slow processor does not
 * look like a dead process. When the lease is lost nothing is done here: whatever the holder tries
 * to record fails by the fence.
 *
 * @returns stops extending
 */
export function keepLease(context: EngineContext, job: ClaimedJob): () => void {
  const { clock, leaseMs, repository, log } = context;
  let stopped = false;
  let cancel = () => {};
  const extend = async () => {
    try {
      const held = await repository.jobs.extend(job.kind, job.subjectId, job.token, leaseMs);
      if (!held) stopped = true;
    } catch (error) {
      log.warn({ err: error, subject: job.subjectId }, "a lease could not be extended");
    }
    next();
  };
  const next = () => {
    if (!stopped) cancel = clock.after(Math.floor(leaseMs / 3), () => void extend());
  };
  next();
  return () => {
    stopped = true;
    cancel();
  };
}
