import type { JsonObject } from "@bufbuild/protobuf";
import { API_KEY } from "./server-process.ts";

/** A caller over REST that takes no refusal. */
export class Caller {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws when the answer is no success */
  async ask(method: string, path: string, body?: JsonObject, key?: string): Promise<JsonObject> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${API_KEY}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text) as JsonObject;
  }
}
