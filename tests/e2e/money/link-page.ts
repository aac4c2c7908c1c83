import { type Client, type LinkBody, ok, type PayoutBody } from "./client.ts";

/** A page as the recipient's browser gets it. */
export interface Page {
  readonly status: number;
  readonly text: string;
}

export interface LinkAnswer {
  readonly payout: PayoutBody;
  readonly link: LinkBody;
}

/** A recipient's browser, without script, which knows nothing but the link's address. */
export class LinkPage {
  readonly #address: string;
  #cookie = "";

  /** The service listens elsewhere than its public URL says. */
  constructor(client: Client, { url }: Pick<LinkBody, "url">) {
    this.#address = client.url + new URL(url).pathname;
  }

  async open(method = ""): Promise<Page> {
    return this.#call(`${this.#address}${method === "" ? "" : `?method=${method}`}`);
  }

  /** Fills in the form: the page that comes is the review, or the form again with its faults. */
  async fillIn(form: Readonly<Record<string, string>>): Promise<Page> {
    return this.#post(form);
  }

  /** Fills in the form and sends what is reviewed; what comes is the first page that is not as it should be. */
  async claim(form: Readonly<Record<string, string>>): Promise<Page> {
    const { claimCode = "", ...details } = form;
    const review = await this.fillIn(details);
    if (review.status !== 200) return review;
    return this.send(review, { claimCode });
  }

  /** Sends a review that is open. */
  async send(review: Page, more: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#post({ draft: draftIn(review), step: "claim", ...more });
  }

  #post(form: Readonly<Record<string, string>>): Promise<Page> {
    return this.#call(this.#address, { method: "POST", body: new URLSearchParams(form) });
  }

  async #call(address: string, request: RequestInit = {}): Promise<Page> {
    const headers = this.#cookie === "" ? {} : { cookie: this.#cookie };
    const response = await fetch(address, { ...request, headers, redirect: "manual" });
    this.#cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? this.#cookie;
    const location = response.headers.get("location");
    if (location === null) return read(response);
    await response.body?.cancel();
    return this.#call(new URL(location, address).href);
  }
}

/** What a review carries of the details, sealed. */
export function draftIn({ text }: Pick<Page, "text">): string {
  return /name="draft" value="([^"]+)"/.exec(text)?.[1] ?? "";
}

async function read(response: Response): Promise<Page> {
  return { status: response.status, text: await response.text() };
}

export async function createLink(
  client: Client,
  more: Record<string, unknown> = {},
  key?: string,
): Promise<LinkAnswer> {
  const body = { amount: { minorAmount: "1250", currency: "USD" }, ...more };
  return ok<LinkAnswer>(
    await client.post("/v1/payout-links", body, key === undefined ? {} : { key }),
  );
}

export const NAME = { givenName: "Jane", familyName: "Doe" };

/** What a recipient types, by payout method, and the currency that it is paid in. */
export const FORMS: Readonly<Record<string, { currency: string; form: Record<string, string> }>> = {
  ach: {
    currency: "USD",
    form: {
      holderName: "Jane Doe",
      routingNumber: "021000021",
      accountNumber: "000123456789",
      accountType: "CHECKING",
    },
  },
  card: {
    currency: "USD",
    form: {
      holderName: "Jane Doe",
      cardNumber: "4242 4242 4242 4242",
      expiryMonth: "12",
      expiryYear: "2039",
    },
  },
  paypal: { currency: "USD", form: { email: "jane@example.com" } },
  venmo: { currency: "USD", form: { phone: "+14155552671" } },
  sepa: { currency: "EUR", form: { holderName: "Jane Doe", iban: "DE89370400440532013000" } },
  bacs: {
    currency: "GBP",
    form: { holderName: "Jane Doe", sortCode: "60-16-13", accountNumber: "31926819" },
  },
  open_banking_uk: {
    currency: "GBP",
    form: { holderName: "Jane Doe", iban: "GB29NWBK60161331926819" },
  },
  pix: {
    currency: "BRL",
    form: {
      holderName: "Joana Silva",
      taxId: "295.379.955-93",
      bankCode: "260",
      branch: "0001",
      accountNumber: "12345678-9",
      accountType: "CHECKING",
    },
  },
  pix_key: { currency: "BRL", form: { pixKey: "joana@example.com" } },
  interac: { currency: "CAD", form: { holderName: "Jane Doe", email: "jane@example.ca" } },
};

/** A whole form for a payout method. */
export function formOf(method: string, more: Readonly<Record<string, string>> = {}) {
  return { method, ...NAME, ...FORMS[method]?.form, ...more };
}
