import { cors as connectCors } from "@connectrpc/connect";
import fastifyCors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

const allowedHeaders = [
  ...connectCors.allowedHeaders,
  "Accept",
  "Authorization",
  "Idempotency-Key",
  "If-Match",
  "Last-Event-ID",
];

const exposedHeaders = [
  ...connectCors.exposedHeaders,
  "ETag",
  "Idempotency-Replayed",
  "Retry-After",
  "X-Request-Id",
];

/** Browsers keep a preflight's answer for at most two hours (Chromium's own bound). */
const maxAgeSeconds = 7200;

/**
 * Lets scripts of these origins call every face: REST, Connect and gRPC-Web. The preflight is
 * answered in `onRequest`, so it reaches RPC routes too, and before any authentication. Keys
 * travel in the Authorization header, so credentials (cookies) are never allowed.
 */
export function addCors(app: FastifyInstance, origins: readonly string[]): void {
  app.register(fastifyCors, {
    origin: [...origins],
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders,
    exposedHeaders,
    maxAge: maxAgeSeconds,
    credentials: false,
    strictPreflight: false,
  });
}
