import {
  createConnectTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { createGrpcWebTransport as createBrowserGrpcWebTransport } from "@connectrpc/connect-web";
import { sleep, systemClock } from "../../../src/clock.ts";
import type { TestApp } from "../support/start-app.ts";
import { connectFace } from "./connect-face.ts";
import type { Face } from "./face.ts";
import { grpcFace } from "./grpc-face.ts";
import { restFace } from "./rest-face.ts";

/** Every way in, each with connections of its own. */
export function openFaces(app: Pick<TestApp, "url" | "host" | "port">): readonly Face[] {
  const baseUrl = app.url;
  const http2 = () => new Http2SessionManager(baseUrl);
  const [webSession, binarySession] = [http2(), http2()];
  return [
    grpcFace(app),
    connectFace("gRPC-Web over HTTP/1.1", createBrowserGrpcWebTransport({ baseUrl })),
    connectFace(
      "gRPC-Web over HTTP/2",
      createGrpcWebTransport({ baseUrl, httpVersion: "2", sessionManager: webSession }),
      () => webSession.abort(),
    ),
    connectFace(
      "Connect JSON",
      createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
    ),
    connectFace(
      "Connect binary",
      createConnectTransport({ baseUrl, httpVersion: "2", sessionManager: binarySession }),
      () => binarySession.abort(),
    ),
    restFace(baseUrl),
  ].map(patient);
}

/** Long enough for a service that others keep busy. */
const MOST_TRIES = 100;

/**
 * Calls again when the service has too much to do, as the refusal says one should: in a test it
 * shares the process with its callers, who keep it busy.
 */
function patient(face: Face): Face {
  return {
    ...face,
    call: async (...call) => {
      for (let tries = 1; ; tries += 1) {
        const answer = await face.call(...call);
        const isBusy = !answer.ok && answer.told.reason === "OVERLOADED";
        if (!isBusy || tries === MOST_TRIES) return answer;
        await sleep(systemClock, 20);
      }
    },
  };
}
