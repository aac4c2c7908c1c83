/**
 * Colours that can be read: WCAG 2.2's relative luminance and contrast, and a merchant's accent made
 * dark or light enough for what is written in it and on it. Colours are #rrggbb in lower case.
 */

/** What the page's colour schemes lay text and buttons on; the style sheet has the same values. */
export const PAPERS = {
  light: ["#ffffff", "#f4f5f7"],
  dark: ["#1b1f27", "#12151b"],
} as const satisfies Record<string, readonly string[]>;

export type Scheme = keyof typeof PAPERS;

/** WCAG 2.2, 1.4.3: text of any size. */
export const LEAST_CONTRAST = 4.5;

/** Mixing steps: one of 64 changes no channel by more than 4 of 255. */
const STEPS = 64;

export function isHexColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/.test(text);
}

/**
 * The accent, mixed with black (light scheme) or white (dark scheme) no further than it takes to stand
 * out from every paper of the scheme. Text on the accent has the first paper's colour, and the same
 * contrast. Throws RangeError for what is no colour.
 */
export function readableAccent(accent: string, scheme: Scheme): string {
  const end = scheme === "light" ? 0 : 255;
  const channels = channelsOf(accent);
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = toHex(
      channels.map((value) => Math.round(value + ((end - value) * step) / STEPS)),
    );
    if (PAPERS[scheme].every((paper) => contrast(mixed, paper) >= LEAST_CONTRAST)) return mixed;
  }
  return scheme === "light" ? "#000000" : "#ffffff";
}

/** From 1 (the same) to 21 (black and white), whichever is the lighter one. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(color: string): readonly number[] {
  if (!isHexColor(color)) throw new RangeError("not a colour of the form #rrggbb");
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function toHex(channels: readonly number[]): string {
  return `#${channels.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
