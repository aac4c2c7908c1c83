import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Where the processors' published API documents lie. They are not ours to publish, so they are read
 * from outside the repository and a checkout without them must still pass its tests.
 */
export const specsFolder = resolve(
  import.meta.dirname,
  "../../..",
  process.env["PAYOUT_SPECS_DIR"] ?? "../shared/specs",
);

/** False where the documents are missing: the fakes then work, but nothing is checked. */
export const checkingIsOn = existsSync(specsFolder);

let said = false;

/** One document by its file name without ".json", or undefined where checking is off. */
export function readPublishedDocument(name: string): unknown {
  if (checkingIsOn) return JSON.parse(readFileSync(resolve(specsFolder, `${name}.json`), "utf8"));
  if (!said) {
    said = true;
    process.stderr.write(
      `\n*** NOT CHECKED AGAINST PUBLISHED API DOCUMENTS: no folder ${specsFolder};` +
        " set PAYOUT_SPECS_DIR ***\n\n",
    );
  }
  return undefined;
}
