import type { OpenAccount } from "../connector.ts";

/** @param path from "/" on */
export function endpoint({ baseUrl }: Pick<OpenAccount, "baseUrl">, path: string): URL {
  return new URL(baseUrl.replace(/\/+$/, "") + path);
}
