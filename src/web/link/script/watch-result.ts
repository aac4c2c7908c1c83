/** Milliseconds: of an answer that does not come. */
const TIMEOUT_MS = 10_000;

/** Keeps the result fresh until the payout has ended: fetches the page and puts its news in place. */
export function watchResult(window: Window): void {
  const { document, location } = window;

  const lookLater = () => {
    const seconds = Number(document.getElementById("result")?.dataset["look"]);
    if (seconds > 0) window.setTimeout(look, seconds * 1000);
  };

  async function look(): Promise<void> {
    // Nobody sees it; look as soon as somebody does.
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => void look(), { once: true });
      return;
    }
    const page = await fetchPage(location.href);
    if (page === "gone") return;
    const fresh = page?.getElementById("result");
    const shown = document.getElementById("result");
    // The link is open again, for another account.
    if (page !== undefined && !fresh) return location.reload();
    if (fresh && shown) update(document, shown, fresh, page?.title ?? "");
    lookLater();
  }

  lookLater();
}

/** The status is a live region: it is written again when it has changed, and read out then. */
function update(document: Document, shown: HTMLElement, fresh: HTMLElement, title: string): void {
  for (const part of ["[role=status]", "[data-details]"]) {
    const [before, after] = [shown, fresh].map((each) => each.querySelector(part));
    if (before && after && before.innerHTML !== after.innerHTML) {
      before.replaceChildren(...document.importNode(after, true).childNodes);
    }
  }
  document.title = title;
  shown.dataset["result"] = fresh.dataset["result"] ?? "";
  shown.dataset["look"] = fresh.dataset["look"] ?? "";
}

async function fetchPage(address: string): Promise<Document | "gone" | undefined> {
  try {
    const response = await fetch(address, {
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 404) return "gone";
    if (!response.ok) return undefined;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    // Out of reach for a moment.
    return undefined;
  }
}
