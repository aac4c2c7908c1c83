import type { FastifyInstance } from "fastify";
import { ServiceError } from "../domain/errors.ts";
import type { ServiceContext } from "../service/service-context.ts";
import { visitLogo } from "../service/visit-link.ts";
import { readClaimCookie } from "./claim-cookie.ts";

/** An image alone: nothing runs in it, whatever it turns out to be. */
const LOGO_HEADERS: Readonly<Record<string, string>> = {
  // Its address holds the link's token, so that nobody else keeps it; a page asks for it at each step.
  "cache-control": "private, max-age=3600",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** GET /l/{token}/logo: the merchant's logo, for whoever may see the link. */
export function logoRoutes(context: ServiceContext): (app: FastifyInstance) => void {
  return (app) => {
    app.get<{ Params: { token: string } }>("/l/:token/logo", async (request, reply) => {
      const { token } = request.params;
      const claimSecret = readClaimCookie(request.headers.cookie, token);
      try {
        const logo = await visitLogo(context, { token, address: request.ip, claimSecret });
        if (logo === null) return reply.code(404).header("cache-control", "no-store").send();
        const image = Buffer.from(logo.image);
        return reply.headers({ ...LOGO_HEADERS, "content-type": logo.type }).send(image);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        const status = error.reason === "LINK_TRIES_EXHAUSTED" ? 429 : 404;
        return reply.code(status).header("cache-control", "no-store").send();
      }
    });
  };
}
