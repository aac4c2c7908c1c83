/**
 * What may be shown of people's data. Each function is total: it takes any text, and hides more
 * when there is less to hide behind.
 */

/** E.164 calling codes: one digit, the two-digit ones, and three digits otherwise. */
const CALLING_CODE = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})/;

/** At most the last four characters; fewer than half of a text shorter than eight. */
export function lastFour(secret: string): string {
  const shown = secret.length >= 8 ? 4 : Math.floor(secret.length / 2);
  return shown === 0 ? "" : secret.slice(-shown);
}

/** "Jane Doe" is "J*** D**": the first letter of each word; a word of one letter is hidden whole. */
export function maskName(name: string): string {
  return name
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const [first = "", ...rest] = word;
      return rest.length === 0 ? "*" : first + "*".repeat(rest.length);
    })
    .join(" ");
}

/** "jane@example.com" is "j***@example.com"; the stars do not tell how long the name is. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  if (at < 0) return "***";
  return `${at > 1 ? email[0] : ""}***${email.slice(at)}`;
}

/** "+12025550123" is "+1******0123": the country's code and the last four. */
export function maskPhone(e164: string): string {
  const code = CALLING_CODE.exec(e164)?.[0] ?? "";
  const national = e164.slice(code.length);
  const last = lastFour(national);
  return code + "*".repeat(national.length - last.length) + last;
}

/** Free text with its long runs of digits hidden, for people who type numbers into names. */
export function maskDigits(text: string): string {
  return text.replace(/\p{Nd}(?:[\s.-]*\p{Nd}){4,}/gu, "****");
}
