/**
 * The secrets that are written into tests: accounts, cards and keys of fixtures. None of them has a
 * reason to be printed; where one is, something prints requests, rows or errors whole.
 */
export const FIXED_SECRETS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "an API key", pattern: /\bsk_(?:test|live)_[A-Za-z0-9_-]{24,}/ },
  { what: "the address of a payout link", pattern: /\/l\/[A-Za-z0-9_-]{40,}/ },
  { what: "an encryption key", pattern: /PAYOUT_(?:ENCRYPTION_KEYS|HASH_KEY)=\S{8}/ },
  { what: "a US account", pattern: /(?<!\d)(?:000[- ]?123[- ]?456[- ]?789|840175520967731)(?!\d)/ },
  { what: "a UK account", pattern: /(?<!\d)3192 ?6819(?!\d)/ },
  { what: "an IBAN", pattern: /\b(?:DE89|GB29) ?(?:3704|NWBK) ?(?:\d{4} ?){3}\d{2}\b/i },
  { what: "a card", pattern: /(?<!\d)(?:4242[- ]?){4}(?!\d)|(?<!\d)(?:5555[- ]?){3}4444(?!\d)/ },
  { what: "a tax id", pattern: /(?<!\d)295\.?379\.?955-?93(?!\d)/ },
  { what: "a token", pattern: /\btok_(?:live_abc123|canary_)/ },
];

/** Longer than any of them, with room. */
const OVERLAP = 512;

/** Reads text as it comes, in pieces that may cut a secret in two. */
export class SecretScanner {
  readonly #found = new Map<string, string>();
  #tail = "";

  read(text: string): void {
    // Colours stand between digits where a difference is shown.
    const whole = this.#tail + text.replace(ANSI, "");
    for (const { what, pattern } of FIXED_SECRETS) {
      const match = pattern.exec(whole);
      if (match === null || this.#found.has(what)) continue;
      this.#found.set(what, whole.slice(Math.max(0, match.index - 80), match.index).trim());
    }
    this.#tail = whole.slice(-OVERLAP);
  }

  /** What was found, with what stood before it, and never the thing itself. */
  get found(): readonly string[] {
    return [...this.#found].map(([what, before]) => `${what}, after: ${before}`);
  }
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
