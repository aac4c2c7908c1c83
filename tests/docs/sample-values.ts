import { createHash } from "node:crypto";
import type { Page } from "./read-page.ts";
import { prefixOf, type VolatileKind } from "./volatile.ts";

const BASE32 = "0123456789abcdefghjkmnpqrstvwxyz";
/** The time at which a page's service is said to have been started. */
const START = Date.parse("2026-11-22T09:00:00Z");
const SECOND = 1000;

/** Makes the values that pages show for those of a run: the same ones on every run. */
export class SampleMaker {
  readonly #page: Pick<Page, "path" | "markdown">;
  readonly #startedAt: number;
  #count = 0;

  constructor(page: Pick<Page, "path" | "markdown">, startedAt: number) {
    this.#page = page;
    this.#startedAt = startedAt;
  }

  make(value: { readonly kind: VolatileKind; readonly actual: string }): string {
    for (;;) {
      const sample = this.#next(value);
      // What the page shows already may stand for something else.
      if (!value.kind.lasting || !this.#page.markdown.includes(sample)) return sample;
    }
  }

  #next({ kind, actual }: { readonly kind: VolatileKind; readonly actual: string }): string {
    switch (kind.name) {
      case "time":
        return this.#time(Date.parse(actual)).replace(".000Z", "Z");
      case "HTTP date":
        return new Date(this.#time(Date.parse(actual))).toUTCString();
      case "Unix time":
        return String(Date.parse(this.#time(Number(actual) * SECOND)) / SECOND);
    }
    this.#count += 1;
    const noise = createHash("sha512").update(`${this.#page.path} ${this.#count}`).digest();
    switch (kind.name) {
      case "id":
        return `${prefixOf(kind, actual)}01m8${base32(noise, 22)}`;
      case "UUID":
        return uuid(noise.toString("hex"));
      case "API key":
        return `${actual.slice(0, "sk_test_".length)}${noise.toString("base64url").slice(0, 43)}`;
      case "webhook secret":
        return `whsec_${noise.subarray(0, 32).toString("base64")}`;
      case "webhook signature":
        return `v1,${noise.subarray(0, 32).toString("base64")}`;
      default:
        return noise.toString("base64url").slice(0, 43);
    }
  }

  /** As far from the start as it was in the run, in whole seconds: milliseconds would be another every time. */
  #time(actual: number): string {
    const since = Math.floor((actual - this.#startedAt) / SECOND) * SECOND;
    return new Date(START + since).toISOString();
  }
}

function base32(bytes: Uint8Array, length: number): string {
  return [...bytes.subarray(0, length)].map((byte) => BASE32[byte % 32]).join("");
}

function uuid(hex: string): string {
  const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4];
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...groups, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
