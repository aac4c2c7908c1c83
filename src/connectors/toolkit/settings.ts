import type { OpenAccount } from "../connector.ts";

/** A setting's text; undefined where it is not set. */
export function settingOf(
  { settings }: Pick<OpenAccount, "settings">,
  name: string,
): string | undefined {
  const value = Object.hasOwn(settings, name) ? settings[name]?.trim() : undefined;
  return value === "" ? undefined : value;
}

/** The values of a setting that are separated by commas, such as secrets during a rotation. */
export function settingsIn(
  account: Pick<OpenAccount, "settings">,
  name: string,
): readonly string[] {
  const values = (settingOf(account, name) ?? "").split(",").map((value) => value.trim());
  return values.filter((value) => value !== "");
}

/** Where the processor is, without a slash at the end. */
export function baseUrlOf({ baseUrl }: Pick<OpenAccount, "baseUrl">): string {
  return baseUrl.replace(/\/+$/, "");
}
