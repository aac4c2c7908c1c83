import { type Html, html } from "../../html.ts";
import { fill } from "../fill.ts";
import { layout, summary } from "../layout.ts";
import type { Fault, OpenView } from "../view.ts";
import { faultSummary, languageField } from "./controls.ts";

/** The first step: the ways to be paid, a button each. */
export function choosePage(view: OpenView, faults: readonly Fault[] = []): string {
  const { assets, locale, visit, methods } = view;
  const { words } = locale;
  const chooser =
    methods.length === 0
      ? html`<p class="notice">${fill(words.noMethod, { merchant: visit.branding.name })}</p>`
      : html`<section aria-labelledby="choose">
<p class="soft step">${fill(words.step, { step: "1" })}</p>
<h2 id="choose">${words.choose}</h2>
<form method="get">
${languageField(locale)}
<ul class="methods">
${methods.map((kind) => {
  const { title, text } = words.methods[kind];
  return html`<li><button class="method" name="method" value="${kind}"><strong>${title}</strong><span class="soft">${text}</span></button></li>`;
})}
</ul>
</form>
</section>`;
  return layout({
    assets,
    locale,
    branding: visit.branding,
    title: faults.length === 0 ? words.title : `${words.faultTitle}: ${words.title}`,
    body: html`${faultSummary(words, faults)}${retryNotice(view)}${summary(locale, visit)}${chooser}`,
    languageQuery: {},
  });
}

/** Why a payout came back, where its recipient can mend it. */
export function retryNotice({ locale, visit: { trouble } }: OpenView): Html | null {
  if (trouble === null) return null;
  const { retry } = locale.words;
  return html`<div class="notice bad" role="status"><h2>${retry.title}</h2><p>${retry[trouble]}</p></div>`;
}
