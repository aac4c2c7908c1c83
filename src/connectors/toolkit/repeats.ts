/** Shorter values are in too many words to give anybody away: countries, currencies, days. */
const MIN_SECRET = 4;

/** Whether a text has one of the secrets in it. Spaces, dashes and letter case hide no number and no name. */
export function repeats(text: string, secrets: readonly (string | undefined)[]): boolean {
  const told = plain(text);
  return secrets.some((secret = "") => {
    const hidden = plain(secret);
    return hidden.length >= MIN_SECRET && told.includes(hidden);
  });
}

function plain(text: string): string {
  return text.replaceAll(/[\s-]/g, "").toLowerCase();
}
