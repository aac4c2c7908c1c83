import { type Html, html } from "../../html.ts";
import { fieldWords } from "../faults.ts";
import type { Words } from "../languages/words.ts";
import type { Field } from "../method-fields.ts";
import { group } from "../told.ts";
import type { Fault } from "../view.ts";

/** What went wrong, at the top, each leading to its field. It takes the focus when the page opens. */
export function faultSummary(words: Words, faults: readonly Fault[]): Html | null {
  if (faults.length === 0) return null;
  return html`<div class="notice bad" role="alert" id="faults" tabindex="-1" autofocus>
<h2>${words.thereIsAProblem}</h2>
<ul>${faults.map(({ field, message }) =>
    field === null ? html`<li>${message}</li>` : html`<li><a href="#${field}">${message}</a></li>`,
  )}</ul>
</div>`;
}

interface ControlOptions {
  readonly words: Words;
  readonly merchant: string;
  /** What was typed before. */
  readonly value: string;
  readonly fault: Fault | undefined;
}

/** A field with its label, hint, and what is wrong with it. */
export function control(field: Field, options: ControlOptions): Html {
  const { name, options: choices, short, tells } = field;
  const { words, merchant, fault } = options;
  const { label, hint } = fieldWords(words, field.text, merchant);
  const described = [
    ...(hint === "" ? [] : [`${name}-hint`]),
    ...(fault === undefined ? [] : [`${name}-fault`]),
  ].join(" ");
  return html`<div class="field${short === true ? " short" : ""}">
<label for="${name}">${label}</label>
${hint === "" ? null : html`<p class="hint" id="${name}-hint">${hint}</p>`}
<p class="fault" id="${name}-fault"${fault === undefined ? html` hidden` : null}>${fault?.message ?? null}</p>
${choices === undefined ? input(field, options, described) : select(field, options, described)}
${tells === undefined ? null : html`<output class="told" for="${name}" data-tells="${tells}"></output>`}
</div>`;
}

function input(field: Field, { words, merchant, value, fault }: ControlOptions, described: string) {
  const { name, typed = {}, grouping, untold } = field;
  const { missing, wrong } = fieldWords(words, field.text, merchant);
  const shown = untold === true ? "" : grouping === undefined ? value : group(grouping, value);
  return html`<input id="${name}" name="${name}" type="${typed.type ?? "text"}" value="${shown}" maxlength="254" required autocomplete="${typed.autocomplete ?? "off"}" data-missing="${missing}" data-wrong="${wrong}"${attribute("inputmode", typed.inputmode)}${typed.capitals === true ? html` autocapitalize="characters"` : null}${typed.code === true ? html` dir="ltr" spellcheck="false" autocorrect="off"` : null}${attribute("data-grouping", grouping)}${attribute("aria-describedby", described)}${fault === undefined ? null : html` aria-invalid="true"`}>`;
}

function select(field: Field, { words, merchant, value }: ControlOptions, described: string): Html {
  const { name, options = [] } = field;
  const { missing, wrong } = fieldWords(words, field.text, merchant);
  return html`<select id="${name}" name="${name}" data-missing="${missing}" data-wrong="${wrong}"${attribute("aria-describedby", described)}>${options.map(
    ([each, word]) =>
      html`<option value="${each}"${each === value ? html` selected` : null}>${words[word]}</option>`,
  )}</select>`;
}

function attribute(name: string, value: string | undefined): Html | null {
  return value === undefined || value === "" ? null : html` ${name}="${value}"`;
}

/** Where a form posts to: this page, in the language that the reader chose. */
export function formAction({
  language,
  isChosen,
}: {
  language: string;
  isChosen: boolean;
}): Html | null {
  return isChosen ? html` action="?lang=${language}"` : null;
}

/** The same for a form that asks by address, whose query is made from its fields. */
export function languageField({
  language,
  isChosen,
}: {
  language: string;
  isChosen: boolean;
}): Html | null {
  return isChosen ? html`<input type="hidden" name="lang" value="${language}">` : null;
}
