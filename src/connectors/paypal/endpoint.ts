import type { OpenAccount } from "../connector.ts";
import { baseUrlOf } from "../toolkit/settings.ts";

/** @param path from "/v1" on, with ids that have been checked */
export function endpoint(account: Pick<OpenAccount, "baseUrl">, path: string): URL {
  return new URL(baseUrlOf(account) + path);
}
