/**
 * The processor serves its three APIs from three hosts. The fake serves them from one, under the paths
 * that the documents' server addresses have, so that three base URLs can still be told apart.
 */
export const transfersPrefix = "/btl/v4";
export const legalEntityPrefix = "/lem/v4";
export const configurationPrefix = "/bcl/v2";

export function isLegalEntityPath(path: string): boolean {
  return path.startsWith(`${legalEntityPrefix}/`);
}
