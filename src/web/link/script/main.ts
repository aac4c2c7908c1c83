import { localTimes } from "./local-times.ts";
import { oneSubmission } from "./one-submission.ts";
import { watchForm } from "./watch-form.ts";
import { watchResult } from "./watch-result.ts";

// Everything works without this script; it helps while typing and keeps the result fresh.
const { document } = window;
const form = document.querySelector<HTMLFormElement>("form[data-method]");
if (form !== null) watchForm(form, Date.now);
oneSubmission(window);
localTimes(document);
watchResult(window);
