import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const BUILT = ["dist/main.js", "dist/sandbox-processor.js"];
const SOURCES = ["src", "gen", "scripts"];

/** Once a run: what the tests of real processes start is built from the sources that are there. */
export default async function setup(): Promise<void> {
  const built = await Promise.all(BUILT.map(changeTime));
  const sources = await Promise.all(SOURCES.map(newestIn));
  // Built already, as by `npm ci`: another run in this folder may be using it.
  if (Math.min(...built) > Math.max(...sources)) return;
  await promisify(execFile)(process.execPath, ["scripts/build.ts"]);
}

/** Milliseconds since the epoch; 0 when there is no such file. */
async function changeTime(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function newestIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Math.max(
    ...(await Promise.all(files.map(({ parentPath, name }) => changeTime(join(parentPath, name))))),
  );
}
