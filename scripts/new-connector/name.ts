/** Names that would be read as something else: parts of src/connectors, and words of the language. */
const RESERVED = new Set([
  "toolkit",
  "kit",
  "generated",
  "registry",
  "connector",
  "sandbox",
  "support",
]);

/**
 * Why a new connector cannot have this name; undefined where it can.
 *
 * @param taken names of folders that are there
 */
export function whyNotNamed(name: string, taken: readonly string[]): string | undefined {
  // It becomes a folder, an identifier and a word that callers write.
  if (!/^[a-z][a-z0-9]{1,29}$/.test(name)) {
    return "a name is 2 to 30 lower-case letters and digits, and begins with a letter";
  }
  if (RESERVED.has(name) || isWordOfTheLanguage(name)) return `${name} is no name for a connector`;
  return taken.includes(name) ? `${name} is there already` : undefined;
}

/** The list of connectors imports each under its name. */
function isWordOfTheLanguage(name: string): boolean {
  try {
    new Function(`"use strict"; let ${name};`);
    return false;
  } catch {
    return true;
  }
}
