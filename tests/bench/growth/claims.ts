import Database from "better-sqlite3";
import { databasePath } from "../server-process.ts";
import { quantile } from "../statistics.ts";
import { type Reading, timed } from "./readings.ts";
import { openFilled, subjectOf } from "./subject.ts";

const CLAIMS = 25;

/** Claims, with a tenth as many due jobs of one lane as there are payouts, the longest due of all. */
export async function claims(
  folders: readonly string[],
  sizes: readonly number[],
): Promise<readonly Reading[]> {
  const free: number[] = [];
  const full: number[] = [];
  for (const [index, folder] of folders.entries()) {
    const { merchantId } = subjectOf(folder);
    const remove = addDueJobs(folder, merchantId, (sizes[index] ?? 0) / 10);
    const repository = openFilled(folder);
    const median = async (fullLanes: readonly string[]) => {
      const times: number[] = [];
      // A lease that ends at once: the next claim finds as much.
      const claim = () => repository.jobs.claimDue(1, 0, fullLanes);
      while (times.length < CLAIMS) times.push(await timed(claim));
      return quantile(times, 0.5);
    };
    free.push(await median([]));
    full.push(await median([`${merchantId}/sandbox`]));
    await repository.close();
    remove();
  }
  return [
    { name: "claim of a due job", ms: free },
    { name: "claim, all that is due in a full lane", ms: full },
  ];
}

/** Jobs without payouts: claims read nothing else. */
function addDueJobs(folder: string, merchantId: string, count: number): () => void {
  const database = new Database(databasePath(folder));
  const now = Date.now();
  const insert = database.prepare(
    `INSERT INTO jobs (kind, subject_id, merchant_id, lane, run_at, claimable_at, tries)
     VALUES ('payout', ?, ?, 'sandbox', ?, ?, 0)`,
  );
  database.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const due = now - 2 * count + index;
      insert.run(`due_${index}`, merchantId, due, due);
    }
  })();
  return () => {
    database.exec("DELETE FROM jobs WHERE subject_id LIKE 'due_%'");
    database.close();
  };
}
