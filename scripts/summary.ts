import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractFiles } from "./docs/contract-files.ts";
import { readModel } from "./docs/reference.ts";
import { REPOSITORY } from "./docs/sources.ts";
import { renderSummary, SUMMARY } from "./docs/summary.ts";

/** docs/SUMMARY.md as the pages of docs/ are now. */
export function summary(): string {
  return renderSummary(readModel(contractFiles(), REPOSITORY), REPOSITORY);
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "..", SUMMARY), summary());
