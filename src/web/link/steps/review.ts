import { type Html, html } from "../../html.ts";
import type { Draft } from "../draft.ts";
import { fill } from "../fill.ts";
import type { PageMethod } from "../languages/words.ts";
import { amountOf, layout } from "../layout.ts";
import { formatMoney } from "../locale.ts";
import { CLAIM_CODE, type Field } from "../method-fields.ts";
import { group, tell } from "../told.ts";
import type { Fault, OpenView } from "../view.ts";
import { control, faultSummary, formAction } from "./controls.ts";
import { fieldsOf } from "./form.ts";

/** Of a number that is not written back: its last characters. */
const SHOWN = 4;

/** The third step: everything once more, the claim code where there is one, and the button that pays. */
export function reviewPage(
  view: OpenView,
  kind: PageMethod,
  draft: Draft,
  sealed: string,
  faults: readonly Fault[] = [],
): string {
  const { assets, locale, visit } = view;
  const { words } = locale;
  const { branding, link, payout } = visit;
  const rows = fieldsOf(view, kind).map((field) => row(view, field, draft.get(field.name) ?? ""));
  const code = link.requiresClaimCode
    ? control(CLAIM_CODE, {
        words,
        merchant: branding.name,
        value: "",
        fault: faults.find(({ field }) => field === CLAIM_CODE.name),
      })
    : null;
  const amount = formatMoney(locale, payout.amount);
  return layout({
    assets,
    locale,
    branding,
    title: `${faults.length === 0 ? "" : `${words.faultTitle}: `}${words.review}`,
    body: html`${faultSummary(words, faults)}
<p class="soft step">${fill(words.step, { step: "3" })}</p>
<h1${faults.length === 0 ? html` tabindex="-1" autofocus` : null}>${words.review}</h1>
${amountOf(locale, payout)}
<dl class="rows">
<div><dt>${words.method}</dt><dd>${words.methods[kind].title}</dd></div>
${rows}
</dl>
<p class="notice">${words.reviewAdvice}</p>
<form method="post" novalidate${formAction(locale)}>
<input type="hidden" name="draft" value="${sealed}">
${code}
<button class="primary" name="step" value="claim" data-busy="${words.wait}">${fill(words.receive, { amount })}</button>
<button class="secondary" name="step" value="edit">${words.change}</button>
</form>`,
    languageQuery: null,
  });
}

function row({ locale: { words } }: OpenView, field: Field, value: string): Html {
  const { options, grouping, tells, typed, untold } = field;
  const { label } = words.fields[field.text];
  const choice = options?.find(([each]) => each === value);
  const name = tells === undefined ? undefined : tell(tells, value);
  const shown = grouping === undefined ? value.trim() : group(grouping, value.trim());
  const text =
    choice !== undefined
      ? html`${words[choice[1]]}`
      : untold === true
        ? fill(words.endingIn, { last4: value.replace(/\D/g, "").slice(-SHOWN) })
        : html`<bdi${typed?.code === true ? html` dir="ltr"` : null}>${shown}</bdi>`;
  return html`<div><dt>${label}</dt><dd>${text}${name === undefined ? null : html`<span class="soft"><bdi>${name}</bdi></span>`}</dd></div>`;
}

/** A form's fields, and nothing else that was sent. */
export function draftOf(kind: PageMethod, fields: readonly Field[], form: URLSearchParams): Draft {
  return new Map([
    ["method", kind],
    ...fields.map(({ name }): [string, string] => [name, form.get(name) ?? ""]),
  ]);
}
