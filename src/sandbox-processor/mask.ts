/**
 * What the ledger keeps of an account: at most the last four characters (fewer of a short one), of an
 * address the first letter and the host, of a token nothing. Total, and one-way.
 */
export function maskAccount(kind: string, account: string): string {
  if (kind === "passthrough") return "****";
  const at = account.lastIndexOf("@");
  if (at >= 0) return `${at > 1 ? account[0] : ""}***${account.slice(at)}`;
  const shown = account.length >= 8 ? 4 : Math.floor(account.length / 2);
  return `****${shown === 0 ? "" : account.slice(-shown)}`;
}
