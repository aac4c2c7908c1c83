import type { FieldViolation } from "../domain/violation.ts";
import type { AccountField, ConnectorModule } from "./connector.ts";

type Settings = Readonly<Record<string, string>>;

/** What a setting without a pattern of its own may be: one line of visible text, or a PEM. */
const TEXT = /^[^\p{Cc}]+$/u;
const PEM = /^-----BEGIN [A-Z ]+-----[\s!-~]+-----END [A-Z ]+-----\s*$/;

/** What is wrong with an account's settings; each fault names the setting and never its value. */
export function checkSettings(
  { manifest, accountFields }: Pick<ConnectorModule, "manifest" | "accountFields">,
  settings: Settings,
): readonly FieldViolation[] {
  const known = new Map(accountFields.map((field) => [field.name, field]));
  const wrong = Object.entries(settings).flatMap(([name, value]): FieldViolation[] => {
    const field = known.get(name);
    if (field === undefined) {
      // Its name is the caller's, and may be a secret in the wrong place.
      const names = [...known.keys()].join(", ");
      const message = `has an entry that ${manifest.displayName} has no use for; there are ${names}`;
      return [{ field: "settings", message }];
    }
    return fits(field, value) ? [] : [fault(name, `is not well formed. ${field.about}`)];
  });
  const lacking = missingSettings(accountFields, settings)
    .filter(({ required }) => required)
    .map(({ name, about }) => fault(name, `is required. ${about}`));
  return [...wrong, ...lacking];
}

/** The fields that an account has no setting for, the optional ones too. */
export function missingSettings(
  fields: readonly AccountField[],
  settings: Settings,
): readonly AccountField[] {
  return fields.filter(({ name }) => (settings[name] ?? "") === "");
}

function fits({ pattern }: AccountField, value: string): boolean {
  const text = value.trim();
  return pattern === undefined ? TEXT.test(text) || PEM.test(text) : pattern.test(text);
}

function fault(name: string, message: string): FieldViolation {
  return { field: `settings.${name}`, message };
}
