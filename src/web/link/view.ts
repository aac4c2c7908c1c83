import type { OpenVisit, ResultVisit } from "../../service/visit-link.ts";
import type { Html } from "../html.ts";
import type { PageAssets } from "../page-assets.ts";
import type { PageMethod } from "./languages/words.ts";
import type { Locale } from "./locale.ts";

/** A link, its payout and how its merchant looks. */
export type Visited = Pick<OpenVisit, "link" | "payout" | "branding">;

/** What every page is made from. */
export interface View<V extends OpenVisit | ResultVisit = OpenVisit> {
  readonly assets: PageAssets;
  readonly locale: Locale;
  readonly visit: V;
}

/** What the steps of a claim are made from. */
export interface OpenView extends View {
  /** In the order in which they are offered. */
  readonly methods: readonly PageMethod[];
}

/** One thing that is wrong with a form: which field, and what to say. */
export interface Fault {
  /** The field's name; null for the form as a whole. */
  readonly field: string | null;
  readonly message: string | Html;
}
