import type { Branding } from "../../domain/branding.ts";
import { type Html, html } from "../html.ts";
import type { PageAssets } from "../page-assets.ts";
import { fill } from "./fill.ts";
import { LANGUAGES, type Language } from "./languages/index.ts";
import { formatMoney, formatTime, type Locale } from "./locale.ts";
import type { Visited } from "./view.ts";

export interface Layout {
  readonly assets: PageAssets;
  readonly locale: Locale;
  readonly title: string;
  /** Null for pages that must not tell whose link it is. */
  readonly branding: Branding | null;
  readonly body: Html;
  /** What the language links keep of the address; null for pages that a link cannot lead back to. */
  readonly languageQuery: Readonly<Record<string, string>> | null;
  /** Seconds after which a browser without script looks again; null for never. */
  readonly refresh?: number | null;
}

/** A whole page. Script and style are files of this service, and there is nothing of another host. */
export function layout(options: Layout): string {
  const { assets, locale, title, branding, body, languageQuery, refresh = null } = options;
  const { language, words } = locale;
  const accent = branding?.accentColor ?? null;
  const { text } = html`<!doctype html>
<html lang="${language}" dir="${words.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, email=no, address=no">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${assets.style === null ? null : html`<link rel="stylesheet" href="${assets.style}">`}
${accent === null ? null : html`<link rel="stylesheet" href="${assets.accentStyle(accent)}">`}
${assets.script === null ? null : html`<script src="${assets.script}" defer></script>`}
${refresh === null ? null : html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`}
</head>
<body>
<div class="sheet">
${branding === null ? null : header(branding)}
<main id="main">${body}</main>
</div>
${languageQuery === null ? null : languageLinks(language, words.language, languageQuery)}
</body>
</html>
`;
  return text;
}

function header({ name, logoPath }: Branding): Html {
  const [initial = ""] = name;
  const mark =
    logoPath === null
      ? html`<span class="mark" aria-hidden="true">${initial.toLocaleUpperCase("en")}</span>`
      : html`<img class="logo" src="${logoPath}" alt="" width="48" height="48">`;
  return html`<header class="brand">${mark}<span class="brand-name"><bdi>${name}</bdi></span></header>`;
}

function languageLinks(
  current: Language,
  label: string,
  query: Readonly<Record<string, string>>,
): Html {
  const links = Object.entries(LANGUAGES).map(([language, { ownName, direction }]) => {
    if (language === current) {
      return html`<li><span lang="${language}" aria-current="true">${ownName}</span></li>`;
    }
    const address = `?${new URLSearchParams({ ...query, lang: language })}`;
    return html`<li><a href="${address}" lang="${language}" hreflang="${language}" dir="${direction}">${ownName}</a></li>`;
  });
  return html`<footer><nav aria-label="${label}"><ul class="languages">${links}</ul></nav></footer>`;
}

/** Who pays, how much, what for and until when. */
export function summary(locale: Locale, { branding, payout, link }: Visited): Html {
  const { words } = locale;
  const until = html`<time datetime="${new Date(link.expireTime).toISOString()}" data-time="${locale.tag}">${formatTime(locale, link.expireTime)}</time>`;
  return html`<div class="summary">
<h1>${fill(words.paysYou, { merchant: branding.name })}</h1>
${amountOf(locale, payout)}
${payout.description === "" ? null : html`<p class="purpose"><bdi>${payout.description}</bdi></p>`}
<p class="soft">${fill(words.claimBy, { time: until })}</p>
</div>`;
}

/** What is paid; where another currency arrives, which one. */
export function amountOf(locale: Locale, payout: Visited["payout"]): Html {
  const { amount, destinationAmount, destinationCurrency } = payout;
  const other =
    destinationAmount ?? (destinationCurrency === amount.currency ? null : destinationCurrency);
  return html`<p class="amount"><bdi>${formatMoney(locale, amount)}</bdi></p>${
    other === null || (typeof other !== "string" && other.currency === amount.currency)
      ? null
      : html`<p class="soft">${fill(locale.words.paidOutIn, {
          currency:
            typeof other === "string" ? currencyName(locale, other) : formatMoney(locale, other),
        })}</p>`
  }`;
}

function currencyName({ tag }: Locale, currency: string): string {
  return new Intl.DisplayNames(tag, { type: "currency" }).of(currency) ?? currency;
}
