import { createHash } from "node:crypto";

/** HTML that is safe to put into a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Part[] | null;

/** A template in which every value is escaped, unless it is Html already. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(strings.map((text, index) => text + render(values[index] ?? null)).join(""));
}

function render(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1a1f2b;--paper:#fff;--soft:#5b6472;--line:#d5dae2;--accent:#1f5fd1}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebf0;--paper:#14181f;--soft:#a3adba;--line:#343c49;--accent:#8fb6ff}}
*{box-sizing:border-box}
body{margin:0;padding:2rem 1rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
p.lead{color:var(--soft);margin-top:0}
a{color:var(--accent)}
code,pre{font:0.9em ui-monospace,monospace}
pre{overflow-x:auto;padding:.75rem;border:1px solid var(--line);border-radius:.4rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1.2rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input,select,button{font:inherit;width:100%;padding:.6rem .7rem;border:1px solid var(--soft);border-radius:.4rem;background:transparent;color:inherit}
option{color:#1a1f2b}
button{margin-top:1.5rem;border-color:var(--accent);background:var(--accent);color:var(--paper);font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.amount{font-size:2rem;font-weight:700;margin:.5rem 0}
.fault{margin:.25rem 0 0;color:#b3261e}
@media(prefers-color-scheme:dark){.fault{color:#ffb4ab}}
ul.plain{list-style:none;padding:0}
`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** A whole page. No script, no asset of another host. */
export function page(title: string, body: Html): string {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body><main>${body}</main></body>
</html>
`;
  return text;
}

/** Headers of every page: nothing runs in it, nothing frames it, nothing is kept. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  // no-referrer would make form posts send "Origin: null".
  "referrer-policy": "strict-origin",
  "x-content-type-options": "nosniff",
};
