import type { Payout } from "../../../domain/payout.ts";
import type { MaskedPayoutMethod } from "../../../domain/payout-method/index.ts";
import { isTerminal } from "../../../domain/transition.ts";
import type { ResultVisit } from "../../../service/visit-link.ts";
import { type Html, html } from "../../html.ts";
import { fill } from "../fill.ts";
import type { Words } from "../languages/words.ts";
import { amountOf, layout } from "../layout.ts";
import { isPageMethod } from "../method-fields.ts";
import { networkName } from "../told.ts";
import type { View } from "../view.ts";

/** Seconds between looks: at first often, later by the tenth of what has passed already. */
const LOOK = { least: 2, most: 60, share: 10 };

/** The end: how the payout stands. It looks again by itself until the payout has ended. */
export function resultPage({ assets, locale, visit }: View<ResultVisit>, now: number): string {
  const { words } = locale;
  const { branding, link, payout } = visit;
  const result = words.results[visit.result];
  const again = isTerminal(payout.status) ? null : secondsToLook(payout, now);
  return layout({
    assets,
    locale,
    branding,
    title: result.title,
    refresh: again,
    body: html`<div id="result" data-result="${visit.result}"${again === null ? null : html` data-look="${again}"`}>
<span class="sign" aria-hidden="true"></span>
<div role="status"><h1>${result.title}</h1></div>
<div data-details>
${amountOf(locale, payout)}
<p>${fill(result.text, { merchant: branding.name })}</p>
${accountRow(words, payout.payoutMethod)}
${again === null ? null : html`<p class="soft">${words.keepsWatching}</p>`}
</div>
</div>
${returnLink(words, branding.name, link.returnUrl)}`,
    languageQuery: {},
  });
}

function secondsToLook({ updateTime }: Payout, now: number): number {
  const passed = Math.max(0, now - updateTime) / 1000;
  return Math.round(Math.min(LOOK.most, Math.max(LOOK.least, passed / LOOK.share)));
}

function accountRow(words: Words, masked: MaskedPayoutMethod | null): Html | null {
  if (masked === null || !isPageMethod(masked.kind)) return null;
  const { last4, email, phone, network } = masked;
  const shown = email ?? phone;
  return html`<dl class="rows"><div><dt>${words.method}</dt><dd>${networkName(network) ?? words.methods[masked.kind].title}${
    shown !== undefined
      ? html`<span class="soft"><bdi dir="ltr">${shown}</bdi></span>`
      : last4 === undefined
        ? null
        : html`<span class="soft">${fill(words.endingIn, { last4 })}</span>`
  }</dd></div></dl>`;
}

/** A link and no redirect: the page's policy would stop one after a post. */
function returnLink(words: Words, merchant: string, returnUrl: string): Html | null {
  if (!returnUrl.startsWith("https://")) return null;
  return html`<p class="return"><a class="secondary" href="${returnUrl}" rel="noreferrer noopener">${fill(words.backTo, { merchant })}</a></p>`;
}
