import type { OpenAccount } from "../connector.ts";

/** @param path from "/v1" on, with ids that have been checked */
export function endpoint({ baseUrl }: Pick<OpenAccount, "baseUrl">, path: string): URL {
  return new URL(baseUrl.replace(/\/+$/, "") + path);
}
