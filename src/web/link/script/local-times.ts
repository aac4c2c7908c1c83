import { TIME_PARTS } from "../time-parts.ts";

/** The server writes UTC; the reader's own zone is known here. */
export function localTimes(document: Document): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
    const at = Date.parse(time.dateTime);
    time.textContent = new Intl.DateTimeFormat(time.dataset["time"], TIME_PARTS).format(at);
  }
}
