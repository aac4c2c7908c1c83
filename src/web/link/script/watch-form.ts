import type { PageMethod } from "../languages/words.ts";
import {
  fieldOf,
  type Grouping,
  isPageMethod,
  METHOD_FIELDS,
  type Told,
} from "../method-fields.ts";
import { tell } from "../told.ts";
import { afterPress } from "./after-press.ts";
import { groupWhileTyping } from "./group-while-typing.ts";
import { violationsOf } from "./rails.ts";

type Control = HTMLInputElement | HTMLSelectElement;

/** Help while typing: grouping, what a code belongs to, and the server's own rules at once. */
export function watchForm(form: HTMLFormElement, now: () => number): void {
  const kind = form.dataset["method"] ?? "";
  if (!isPageMethod(kind)) return;
  const whenReleased = afterPress(document);
  const isWrong = (control: Control) => wrongFields(kind, form, now()).has(control.name);

  for (const output of form.querySelectorAll<HTMLOutputElement>("output[data-tells]")) {
    const control = form.querySelector<HTMLInputElement>(`#${output.htmlFor.value}`);
    if (control === null) continue;
    const told = output.dataset["tells"] as Told;
    const show = () => {
      const text = tell(told, control.value) ?? "";
      // A live region repeats what is written again.
      if (output.value !== text) output.value = text;
    };
    control.addEventListener("input", show);
    show();
  }
  for (const input of form.querySelectorAll<HTMLInputElement>("input[data-grouping]")) {
    groupWhileTyping(input, input.dataset["grouping"] as Grouping);
  }
  form.addEventListener("change", ({ target }) => {
    const control = controlOf(target);
    if (control === null || control.value.trim() === "") return;
    const message = isWrong(control) ? (control.dataset["wrong"] ?? "") : "";
    whenReleased(() => showFault(control, message));
  });
  // A fault goes as soon as it is mended; a new one waits until the field is left.
  form.addEventListener("input", ({ target }) => {
    const control = controlOf(target);
    if (control?.ariaInvalid === "true" && !isWrong(control)) showFault(control, "");
  });
  suggestHolder(form);
}

function wrongFields(kind: PageMethod, form: HTMLFormElement, now: number): ReadonlySet<string> {
  const data = new FormData(form);
  const values = { get: (name: string) => String(data.get(name) ?? "") };
  const fields = METHOD_FIELDS[kind];
  return new Set(
    violationsOf(kind, values, now).flatMap(({ field }) => fieldOf(field, fields)?.name ?? []),
  );
}

function controlOf(target: EventTarget | null): Control | null {
  const isControl = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  return isControl && target.dataset["wrong"] !== undefined ? target : null;
}

function showFault(control: Control, message: string): void {
  const fault = document.getElementById(`${control.id}-fault`);
  if (fault === null) return;
  fault.textContent = message;
  fault.hidden = message === "";
  if (message === "") control.removeAttribute("aria-invalid");
  else control.setAttribute("aria-invalid", "true");
  const others = (control.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .filter((id) => id !== "" && id !== fault.id);
  control.setAttribute(
    "aria-describedby",
    [...others, ...(message === "" ? [] : [fault.id])].join(" "),
  );
}

/**
 * Most people are paid to an account in their own name: it follows while the name is typed, until it is
 * given another one.
 */
function suggestHolder(form: HTMLFormElement): void {
  const [given, family, holder] = ["givenName", "familyName", "holderName"].map((name) =>
    form.querySelector<HTMLInputElement>(`#${name}`),
  );
  if (!given || !family || !holder) return;
  let suggested = "";
  form.addEventListener("input", ({ target }) => {
    if ((target !== given && target !== family) || holder.value !== suggested) return;
    suggested = `${given.value.trim()} ${family.value.trim()}`.trim();
    holder.value = suggested;
  });
}
