import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { databasePath, ServerProcess } from "../server-process.ts";
import { fill } from "./fill.ts";
import { makeTemplates } from "./templates.ts";

/**
 * Makes a data folder with so many payouts: the service starts on an empty one, makes the templates
 * and stops; then they are copied.
 */
export async function stock(service: string, folder: string, count: number): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const settings = { PAYOUT_SANDBOX_SETTLE_MS: "100" };
  const server = await ServerProcess.service({ path: service, folder, settings });
  const templates = await makeTemplates(server.url).finally(() => server.stop());
  fill(databasePath(folder), templates, count);
  // What the processor knows of is not part of the growth of the service.
  for (const end of ["", "-wal", "-shm"]) rmSync(join(folder, `sandbox.db${end}`), { force: true });
}
