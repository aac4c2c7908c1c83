import { isHexColor } from "./accent.ts";

/** How a merchant looks to the people it pays. */
export interface Branding {
  /** What people know the merchant by. Never empty. */
  readonly name: string;
  /** #rrggbb in lower case; null for the page's own. Contrast is the page's care: see accent.ts. */
  readonly accentColor: string | null;
  /** Where this service itself serves the logo, such as /l/{token}/logo; null for none. */
  readonly logoPath: string | null;
}

/** A merchant that has given nothing but its name, or something that is no colour. */
export function brandingOf(
  name: string,
  { accentColor = null, logoPath = null }: Partial<Omit<Branding, "name">> = {},
): Branding {
  const color = accentColor?.toLowerCase() ?? "";
  return { name, accentColor: isHexColor(color) ? color : null, logoPath };
}
