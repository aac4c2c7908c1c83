/** A form's entries: names as Stripe writes them ("a[b]"), undefined for what is left out. */
export type Form = Readonly<Record<string, string | undefined>>;

/** As it is sent. Names keep their order, so that a repeat is the same to the byte. */
export function encodeForm(form: Form): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (value !== undefined) body.append(name, value);
  }
  return body.toString();
}

/** What says who somebody is, or where their money lies. */
const PERSONAL = /^(individual|company|bank_account|external_account|email|tos_acceptance)\b/;

/** Values that Stripe may repeat in what it says of a form, and that must not be shown. */
export function personalValues(form: Form): readonly string[] {
  return Object.entries(form).flatMap(([name, value]) =>
    value !== undefined && PERSONAL.test(name) ? [value] : [],
  );
}
