import { ADYEN_ACCOUNT_FIELDS } from "../../../src/connectors/adyen/account-fields.ts";

export function isValidSetting(name: string, value: string): boolean {
  const field = ADYEN_ACCOUNT_FIELDS.find((each) => each.name === name);
  if (field?.pattern === undefined) throw new Error(`${name} has no pattern`);
  return field.pattern.test(value);
}
