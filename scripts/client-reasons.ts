import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ERROR_CATALOGUE } from "../src/domain/errors.ts";

/** Where the client package keeps the reasons that it knows. */
export const CLIENT_REASONS = join(import.meta.dirname, "..", "client", "src", "error-reasons.ts");

/** The catalogue's reasons for the client package, which has nothing of the service's sources in it. */
export function renderClientReasons(): string {
  const reasons = Object.keys(ERROR_CATALOGUE);
  return `// Written by "npm run generate" from src/domain/errors.ts. Edits are lost.

/** Every reason that this version of the service refuses a call for. */
export const ERROR_REASONS = [
${reasons.map((reason) => `  "${reason}",`).join("\n")}
] as const;

/** A reason that the service refuses a call for. */
export type ErrorReason = (typeof ERROR_REASONS)[number];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(CLIENT_REASONS, renderClientReasons());
}
