import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";

/** A running service, and what it is called with. */
export interface ServiceClient {
  readonly url: string;
  readonly payouts: Client<typeof PayoutService>;
  readonly connectors: Client<typeof ConnectorService>;
}

/** Where the service is when nobody says; also its own default. */
const DEFAULT_URL = "http://127.0.0.1:8080";

/** A setting that the command line needs is missing or wrong. */
export class ClientSettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ClientSettingError";
  }
}

/**
 * Reads PAYOUT_API_URL and PAYOUT_API_KEY. Connect over HTTP/1.1: what every proxy between here and there
 * understands, streams too.
 *
 * @throws ClientSettingError
 */
export function connectService(
  environment: Readonly<Record<string, string | undefined>>,
): ServiceClient {
  const url = (environment["PAYOUT_API_URL"] || DEFAULT_URL).replace(/\/+$/, "");
  const key = environment["PAYOUT_API_KEY"] ?? "";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ClientSettingError(
      `PAYOUT_API_URL must be the service's URL, such as ${DEFAULT_URL}`,
    );
  }
  if (!/^[!-~]+$/.test(key)) {
    throw new ClientSettingError(
      "PAYOUT_API_KEY must be an API key, such as payout keys create prints",
    );
  }
  const authorize: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${key}`);
    return next(request);
  };
  const transport = createConnectTransport({
    baseUrl: url,
    httpVersion: "1.1",
    interceptors: [authorize],
  });
  return {
    url,
    payouts: createClient(PayoutService, transport),
    connectors: createClient(ConnectorService, transport),
  };
}
