import { createPublicKey, verify } from "node:crypto";

/** A base64 signature of an RSA key of up to 8192 bits has no more characters than this. */
const MAX_SIGNATURE = 1400;
const PEM = /-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g;

/**
 * Whether the bytes were signed (RSA, PKCS #1 v1.5, SHA-256) with one of the keys. Public keys only: there
 * is nothing that the time of a comparison could tell.
 *
 * @param keys PEM, one after the other; line breaks may be written as \n, as environments have them
 */
export function isSigned(body: Uint8Array, signature: string | undefined, keys: string): boolean {
  if (signature === undefined || signature.length > MAX_SIGNATURE) return false;
  // A decoder takes anything: what is no base64 must not be read as some.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  const bytes = Buffer.from(signature, "base64");
  const pems = keys.replaceAll("\\n", "\n").match(PEM) ?? [];
  return pems.some((pem) => {
    try {
      const key = createPublicKey(pem);
      return key.asymmetricKeyType === "rsa" && verify("sha256", body, key, bytes);
    } catch {
      return false;
    }
  });
}
