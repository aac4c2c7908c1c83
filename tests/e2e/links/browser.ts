import { draftIn } from "../money/link-page.ts";

export interface Shown {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export type Form = Readonly<Record<string, string>>;

/** A form that the sandbox pays. */
export const FORM: Form = {
  method: "ach",
  holderName: "Jane Doe",
  routingNumber: "021000021",
  accountNumber: "000123456789",
  accountType: "CHECKING",
  givenName: "Jane",
  familyName: "Doe",
};

/** A browser without script, with a cookie of its own; it follows no redirect by itself. */
export class Browser {
  cookie = "";
  /** The last that it was given. */
  setCookie = "";

  async open(address: string, form?: Form): Promise<Shown> {
    const response = await fetch(address, {
      headers: this.cookie === "" ? {} : { cookie: this.cookie },
      redirect: "manual",
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    const given = response.headers.get("set-cookie");
    if (given !== null) {
      this.setCookie = given;
      this.cookie = given.split(";", 1)[0] ?? "";
    }
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** What a review carries of a form's details. */
  async draft(address: string, form: Form = FORM): Promise<string> {
    return draftIn(await this.open(address, form));
  }

  /** Fills in the form and sends what is reviewed; the first page that is not as it should be. */
  async claim(address: string, form: Form = FORM, claimCode = ""): Promise<Shown> {
    const review = await this.open(address, form);
    if (review.status !== 200) return review;
    return this.open(address, { draft: draftIn(review), step: "claim", claimCode });
  }
}
