import { type Json, known } from "../support/json-fields.ts";

export const halType = "application/vnd.dwolla.v1.hal+json";

/** Makes the addresses that stand for resources. */
export class Hal {
  readonly #base: () => string;

  /** The base is asked each time: a port is known only after the server listens. */
  constructor(base: () => string) {
    this.#base = base;
  }

  href(path: string): string {
    return `${this.#base()}/${path}`;
  }

  link(path: string, resourceType: string): Json {
    return { href: this.href(path), type: halType, "resource-type": resourceType };
  }

  /** The id in an address of one of our resources of a kind; undefined for any other address. */
  idIn(href: unknown, kind: string): string | undefined {
    const prefix = this.href(`${kind}/`);
    if (typeof href !== "string" || !href.startsWith(prefix)) return undefined;
    return href.slice(prefix.length);
  }

  /** One page of a list: 25 unless more are asked for, 200 at most. */
  page(name: string, path: string, all: readonly Json[], query: URLSearchParams): Json {
    const limit = Math.min(Math.max(wholeNumber(query.get("limit"), 25), 1), 200);
    const offset = wholeNumber(query.get("offset"), 0);
    const at = (place: number) => {
      const search = new URLSearchParams(query);
      search.set("limit", String(limit));
      search.set("offset", String(place));
      return { href: `${this.href(path)}?${search}`, type: halType, "resource-type": name };
    };
    const last = Math.max(Math.ceil(all.length / limit) - 1, 0) * limit;
    return {
      _links: known({
        self: at(offset),
        first: at(0),
        last: at(last),
        next: offset + limit < all.length ? at(offset + limit) : undefined,
        prev: offset > 0 ? at(Math.max(offset - limit, 0)) : undefined,
      }),
      _embedded: { [name]: all.slice(offset, offset + limit) },
      total: all.length,
    };
  }
}

function wholeNumber(text: string | null, usual: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : usual;
}
