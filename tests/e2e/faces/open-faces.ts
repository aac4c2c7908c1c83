import {
  createConnectTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { createGrpcWebTransport as createBrowserGrpcWebTransport } from "@connectrpc/connect-web";
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
  ];
}
