const MAX_EMAIL = 254;
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;

/**
 * The address with its domain in lower case, or undefined. Takes the dot-atom form that mailboxes
 * have in practice: no quoted local part, no comment, no address literal, a domain with a dot, and
 * ASCII only (an international domain in its xn-- form). The case of the local part is kept: only
 * the receiving host may say that it means nothing.
 */
export function parseEmail(text: string): string | undefined {
  if (text.length > MAX_EMAIL) return undefined;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  if (local.length > 64 || !LOCAL.test(local)) return undefined;
  const domain = text.slice(at + 1).toLowerCase();
  const labels = domain.split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined;
  return TOP_LEVEL.test(labels.at(-1) ?? "") ? `${local}@${domain}` : undefined;
}
