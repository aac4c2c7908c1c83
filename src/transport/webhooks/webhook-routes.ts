import type { FastifyInstance, FastifyRequest } from "fastify";
import { limits } from "../../limits.ts";
import type { WebhookReceiver } from "../../service/webhooks/receive-webhook.ts";

interface AddressRoute {
  Params: { connector: string; connectorAccountId: string };
}

/**
 * POST /webhooks/{connector}/{connector_account_id}: what processors send by themselves. The body's very
 * bytes are handed on, whatever their type; nobody needs an API key, since the processor signs.
 */
export function webhookRoutes(
  receiver: Pick<WebhookReceiver, "receive">,
): (app: FastifyInstance) => void {
  return (app) => {
    const { bodyBytes: bodyLimit } = limits.webhooks;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) =>
      done(null, body),
    );
    // No page has anything to send here, whatever origins may call the API.
    app.addHook("onSend", (_request, reply, payload, done) => {
      for (const name of Object.keys(reply.getHeaders())) {
        if (name.startsWith("access-control-")) reply.removeHeader(name);
      }
      done(null, payload);
    });

    app.post<AddressRoute>(
      "/webhooks/:connector/:connectorAccountId",
      { bodyLimit },
      async (request, reply) => {
        const { status, contentType, body } = await receiver.receive({
          ...request.params,
          headers: headersOf(request),
          body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(0),
        });
        reply.code(status).header("cache-control", "no-store");
        if (contentType === "") return reply.send();
        return reply.header("content-type", contentType).send(Buffer.from(body));
      },
    );
  };
}

/** One value for each name, as a proxy would join them; HTTP/2's own are no headers. */
function headersOf({ headers }: FastifyRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name.startsWith(":")
        ? []
        : [[name, typeof value === "string" ? value : value.join(", ")]],
    ),
  );
}
