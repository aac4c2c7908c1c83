import { html } from "../../html.ts";
import { fill } from "../fill.ts";
import { layout, summary } from "../layout.ts";
import { retryReason } from "../retry-reason.ts";
import type { Fault, View } from "../view.ts";
import { faultSummary, languageField } from "./controls.ts";

/** The first step: the ways to be paid, a button each. */
export function choosePage(view: View, faults: readonly Fault[] = []): string {
  const { assets, locale, active, methods } = view;
  const { words } = locale;
  const chooser =
    methods.length === 0
      ? html`<p class="notice">${fill(words.noMethod, { merchant: active.branding.name })}</p>`
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
    branding: active.branding,
    title: faults.length === 0 ? words.title : `${words.faultTitle}: ${words.title}`,
    body: html`${faultSummary(words, faults)}${retryNotice(view)}${summary(locale, active)}${chooser}`,
    languageQuery: {},
  });
}

/** Why a payout came back, where its recipient can mend it. */
export function retryNotice({ locale, active }: View) {
  const { error } = active.payout;
  if (error === null) return null;
  const { retry } = locale.words;
  return html`<div class="notice bad" role="status"><h2>${retry.title}</h2><p>${retry[retryReason(error)]}</p></div>`;
}
