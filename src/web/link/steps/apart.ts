import { html } from "../../html.ts";
import type { PageAssets } from "../../page-assets.ts";
import { layout } from "../layout.ts";
import type { Locale } from "../locale.ts";

/** One page for links that are unknown, used, expired and revoked: strangers cannot tell them apart. */
export function unavailablePage(assets: PageAssets, locale: Locale): string {
  return noticePage(assets, locale, "unavailable");
}

export function failedPage(assets: PageAssets, locale: Locale): string {
  return noticePage(assets, locale, "failed");
}

function noticePage(assets: PageAssets, locale: Locale, which: "unavailable" | "failed"): string {
  const { title, text } = locale.words[which];
  return layout({
    assets,
    locale,
    branding: null,
    title,
    body: html`<div data-result="${which}"><span class="sign" aria-hidden="true"></span><h1>${title}</h1><p>${text}</p></div>`,
    languageQuery: {},
  });
}
