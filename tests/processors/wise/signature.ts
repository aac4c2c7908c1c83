import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A processor's key pair for webhooks. */
export interface SigningKey {
  /** What a connector is configured with. */
  readonly publicPem: string;
  /** Base64 of RSA (PKCS #1 v1.5) with SHA-256 over the raw body. */
  sign(raw: Buffer): string;
}

export function newSigningKey(): SigningKey {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const privateKey: KeyObject = pair.privateKey;
  return {
    publicPem: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (raw) => sign("sha256", raw, privateKey).toString("base64"),
  };
}

let shared: SigningKey | undefined;

/** Made once a process: never written down, and too slow to make for every fake. */
export function sharedSigningKey(): SigningKey {
  shared ??= newSigningKey();
  return shared;
}
