import type { Merchant } from "../../domain/access.ts";
import { validationFailed } from "../../domain/errors.ts";
import { imageType } from "../../domain/image-type.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import { limits } from "../../limits.ts";
import type { Logo, Replay } from "../../repository/repository.ts";
import type { Answer, Call } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { findReplay } from "../find-replay.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";
import { administered, reachOf } from "./reach.ts";

type Context = Pick<ServiceContext, "repository" | "readUrl">;

/** Null: it stays. */
export interface UpdateMerchant {
  readonly merchantId: string;
  readonly name: string | null;
  /** Empty: no logo. */
  readonly logoUrl: string | null;
  /** "#rrggbb"; empty: the pages' own. */
  readonly accentColor: string | null;
  readonly etag: string | null;
}

/**
 * Changes how a merchant is shown to recipients. The logo is fetched here and now, so that whoever sets
 * it hears what is wrong with it, and no page of a recipient ever waits for another host.
 *
 * @throws ServiceError VALIDATION_FAILED, MERCHANT_NOT_FOUND, ETAG_MISMATCH
 */
export async function updateMerchant(
  context: Context,
  call: Call,
  { merchantId, name, logoUrl, accentColor, etag }: UpdateMerchant,
): Promise<Answer<Merchant>> {
  const { repository } = context;
  const earlier = await findReplay(context, call);
  if (earlier !== null) return answered(earlier);
  requireId("merchant", merchantId, "merchant_id");
  const logo = await logoOf(context, call, logoUrl);
  const updated = await repository.access.updateMerchant(
    { reach: reachOf(call.caller), merchantId },
    administered(call, "merchant.update"),
    {
      logo,
      decide: (current) => {
        checkEtag(etag, current.version);
        return {
          ...current,
          name: name ?? current.name,
          logoUrl: logoUrl === null ? current.logoUrl : logoUrl || null,
          accentColor:
            accentColor === null ? current.accentColor : accentColor.toLowerCase() || null,
        };
      },
    },
  );
  return answered(updated);
}

/** What is shown from now on; undefined for what is there. @throws ServiceError VALIDATION_FAILED */
async function logoOf(
  { readUrl }: Context,
  { signal }: Call,
  logoUrl: string | null,
): Promise<Logo | null | undefined> {
  if (logoUrl === null) return undefined;
  if (logoUrl === "") return null;
  const { maxBytes, timeoutMs } = limits.logo;
  const url = URL.parse(logoUrl);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") {
    throw badLogo("must be an absolute https URL without user name and password");
  }
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const image = await readUrl(url, { maxBytes, signal: inTime });
  if (image === null)
    throw badLogo("must lead to an image of at most 256 KiB, which could not be fetched");
  const type = imageType(image);
  if (type === null) throw badLogo("must lead to a PNG, JPEG or WebP image");
  return { type, image };
}

function badLogo(message: string) {
  return validationFailed([{ field: "logo_url", message }]);
}

function answered(done: { readonly kind: "stored"; readonly merchant: Merchant } | Replay) {
  if (done.kind === "stored") return { value: done.merchant, replayed: false };
  if (done.answer === null) throw new Error("a change's record is closed when it is made");
  return { value: decodeSnapshot<Merchant>(done.answer), replayed: true };
}
