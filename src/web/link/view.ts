import type { Branding } from "../../domain/branding.ts";
import type { FollowedLink } from "../../service/follow-link.ts";
import type { Html } from "../html.ts";
import type { PageAssets } from "../page-assets.ts";
import type { PageMethod } from "./languages/words.ts";
import type { Locale } from "./locale.ts";

/** A link with how its merchant looks. */
export type ActiveLink = FollowedLink & { readonly branding: Branding };

/** What every step of the page is made from. */
export interface View {
  readonly assets: PageAssets;
  readonly locale: Locale;
  readonly active: ActiveLink;
  readonly methods: readonly PageMethod[];
}

/** One thing that is wrong with a form: which field, and what to say. */
export interface Fault {
  /** The field's name; null for the form as a whole. */
  readonly field: string | null;
  readonly message: string | Html;
}
