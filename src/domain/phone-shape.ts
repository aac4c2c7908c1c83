const PUNCTUATION = /[\s\u2010\u2011().-]+/g;
const E164 = /^\+[1-9][0-9]{6,14}$/;
/** Area code and exchange of the North American plan never start with 0 or 1. */
const NORTH_AMERICAN = /^\+1[2-9][0-9]{2}[2-9][0-9]{6}$/;

/**
 * What has the shape of a number in E.164, without its spaces, hyphens, dots and brackets; undefined
 * for what has not. The plus sign and the country's code must be there, since guessing a country may
 * pay a stranger.
 */
export function phoneShape(text: string): string | undefined {
  const compact = text.replace(PUNCTUATION, "");
  if (!E164.test(compact)) return undefined;
  return compact.startsWith("+1") && !NORTH_AMERICAN.test(compact) ? undefined : compact;
}
