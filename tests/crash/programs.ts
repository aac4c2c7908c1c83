import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What the built programs look for beside themselves. */
const BESIDE = ["drizzle", "gen", "node_modules", "package.json"];

/** The service and the sandbox processor, built into a folder of their own. */
export interface Programs {
  readonly service: string;
  readonly processor: string;
  remove(): void;
}

/** Builds the sources as they are now. Nobody's dist/ is touched, so other builds do not disturb. */
export async function buildPrograms(): Promise<Programs> {
  const folder = mkdtempSync(join(tmpdir(), "payout-crash-build-"));
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(folder, name));
  const dist = join(folder, "dist");
  await promisify(execFile)(process.execPath, ["scripts/build.ts", dist], { cwd: ROOT });
  return {
    service: join(dist, "main.js"),
    processor: join(dist, "sandbox-processor.js"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
