import type { OpenAccount } from "../connector.ts";
import { baseUrlOf } from "../toolkit/settings.ts";

/** @param path from "/" on */
export function endpoint(account: Pick<OpenAccount, "baseUrl">, path: string): URL {
  return new URL(baseUrlOf(account) + path);
}
