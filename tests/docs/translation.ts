import type { Pair } from "./match-text.ts";
import { partsOf } from "./volatile.ts";

/** The address that pages write for the service's. */
const ADDRESS = "127.0.0.1:8080";
/** What pages write for the first API key. */
const API_KEY = /\bsk_test_[A-Za-z0-9_-]{32,256}/g;

export interface Places {
  /** Host and port of the page's service. */
  readonly host: string;
  readonly apiKey: string;
  /** Ports as the page writes them, and those that stand for them. */
  readonly ports: ReadonlyMap<string, string>;
}

/** What a page's words mean in this run: addresses, ports, the key, and samples that answers have bound. */
export class Translation {
  readonly #places: Places;
  readonly #actualOf = new Map<string, string>();
  readonly #sampleOf = new Map<string, string>();

  constructor(places: Places) {
    this.#places = places;
  }

  /**
   * Takes note of which value a sample stands for. Answers what is wrong with that, after the pairs
   * before it; null when nothing is.
   */
  bind({ kind, sample, actual }: Pair): string | null {
    if (!kind.lasting) return null;
    const before = this.#actualOf.get(sample);
    if (before !== undefined && before !== actual) {
      return `the page shows ${sample} where ${actual} was printed, but it stood for ${before}`;
    }
    const other = this.#sampleOf.get(actual);
    if (other !== undefined && other !== sample) {
      return `the page shows ${sample} where ${actual} was printed, which it showed as ${other}`;
    }
    this.#actualOf.set(sample, actual);
    this.#sampleOf.set(actual, sample);
    return null;
  }

  /** What the page writes, as it is run. */
  toRun(text: string): string {
    let filled = text.replace(API_KEY, (sample) => this.#keyFor(sample));
    for (const [sample, actual] of this.#actualOf) filled = filled.replaceAll(sample, actual);
    filled = filled.replaceAll(ADDRESS, this.#places.host);
    for (const [port, actual] of this.#places.ports) {
      filled = filled.replace(new RegExp(`\\b${port}\\b`, "g"), actual);
    }
    return filled;
  }

  /** What was printed, with this run's addresses as the page writes them. */
  toPage(text: string): string {
    let shown = text.replaceAll(this.#places.host, ADDRESS);
    for (const [port, actual] of this.#places.ports) {
      shown = shown.replace(new RegExp(`\\b${actual}\\b`, "g"), port);
    }
    return shown;
  }

  /** The text with volatile values as the page writes them, or as `sampleFor` makes them. */
  toSamples(text: string, sampleFor: (pair: Omit<Pair, "sample">) => string): string {
    const parts = partsOf(text).map(({ text: actual, kind }) => {
      if (kind === null) return actual;
      const known = this.#sampleOf.get(actual);
      if (known !== undefined) return known;
      const sample = sampleFor({ kind, actual });
      this.bind({ kind, sample, actual });
      return sample;
    });
    return parts.join("");
  }

  /** The first key that a page writes and no answer has shown is the key that its service was given. */
  #keyFor(sample: string): string {
    const { apiKey } = this.#places;
    const known = this.#actualOf.get(sample);
    if (known !== undefined || this.#sampleOf.has(apiKey)) return known ?? sample;
    this.#actualOf.set(sample, apiKey);
    this.#sampleOf.set(apiKey, sample);
    return apiKey;
  }
}
