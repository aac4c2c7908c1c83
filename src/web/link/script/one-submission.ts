/** A second press while the first is on its way does nothing. */
export function oneSubmission({ document, addEventListener }: Window): void {
  let busy: HTMLElement | null = null;
  document.addEventListener("submit", (event) => {
    if (busy !== null) {
      event.preventDefault();
      return;
    }
    const { submitter } = event;
    if (submitter?.dataset["busy"] === undefined) return;
    busy = submitter;
    // Not disabled: its name and value are part of what is sent.
    submitter.setAttribute("aria-disabled", "true");
    submitter.dataset["text"] = submitter.textContent;
    submitter.textContent = submitter.dataset["busy"];
  });
  // Back from the next page, as it was left.
  addEventListener("pageshow", () => {
    if (busy === null) return;
    busy.removeAttribute("aria-disabled");
    busy.textContent = busy.dataset["text"] ?? "";
    busy = null;
  });
}
