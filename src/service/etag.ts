import { ServiceError } from "../domain/errors.ts";

/** The etag of a version; opaque to callers. */
export function etagOf(version: number): string {
  return `v${version}`;
}

/** @throws ServiceError ETAG_MISMATCH when an etag is given and is not that of the version */
export function checkEtag(etag: string | null, version: number): void {
  if (etag !== null && etag !== etagOf(version)) throw new ServiceError("ETAG_MISMATCH");
}
