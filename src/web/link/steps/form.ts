import { html } from "../../html.ts";
import { fill } from "../fill.ts";
import type { PageMethod } from "../languages/words.ts";
import { layout, summary } from "../layout.ts";
import { type Field, type FormValues, METHOD_FIELDS, PERSON_FIELDS } from "../method-fields.ts";
import type { Fault, OpenView } from "../view.ts";
import { retryNotice } from "./choose.ts";
import { control, faultSummary, formAction } from "./controls.ts";

/** Every field of a method's form. */
export function fieldsOf({ visit }: Pick<OpenView, "visit">, kind: PageMethod): readonly Field[] {
  return visit.asksName ? [...PERSON_FIELDS, ...METHOD_FIELDS[kind]] : METHOD_FIELDS[kind];
}

/** The second step: the account, and who is paid where the merchant has not said it. */
export function formPage(
  view: OpenView,
  kind: PageMethod,
  form: FormValues,
  faults: readonly Fault[] = [],
  isPosted = false,
): string {
  const { assets, locale, visit, methods } = view;
  const { words } = locale;
  const merchant = visit.branding.name;
  const controls = (fields: readonly Field[]) =>
    fields.map((field) =>
      control(field, {
        words,
        merchant,
        value: form.get(field.name) ?? "",
        fault: faults.find((fault) => fault.field === field.name),
      }),
    );
  const others = new URLSearchParams(locale.isChosen ? { lang: locale.language } : {});
  return layout({
    assets,
    locale,
    branding: visit.branding,
    title: faults.length === 0 ? words.title : `${words.faultTitle}: ${words.title}`,
    body: html`${faultSummary(words, faults)}${retryNotice(view)}${summary(locale, visit)}
<section aria-labelledby="method">
<p class="soft step">${fill(words.step, { step: "2" })}</p>
<h2 id="method">${words.methods[kind].title}</h2>
${methods.length > 1 ? html`<p><a href="?${others.toString()}">${words.otherMethod}</a></p>` : null}
<form method="post" novalidate data-method="${kind}"${formAction(locale)}>
<input type="hidden" name="method" value="${kind}">
${visit.asksName ? html`<fieldset><legend>${words.aboutYou}</legend>${controls(PERSON_FIELDS)}</fieldset>` : null}
<fieldset><legend>${words.account}</legend>${controls(METHOD_FIELDS[kind])}</fieldset>
<button class="primary" name="step" value="review" data-busy="${words.wait}">${words.continue}</button>
</form>
</section>`,
    languageQuery: isPosted ? null : { method: kind },
  });
}
