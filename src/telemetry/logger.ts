import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
} from "pino";

export type { Logger } from "pino";

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/**
 * Structured logs, one JSON object a line. Nothing that callers or processors sent is ever logged:
 * no bodies, no headers, no URLs (a payout link's is a secret). The redaction below is the second
 * line of defence, for a field that slips in all the same.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    // Neither process id nor host name: whoever collects the lines knows where they come from.
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
    redact: { paths: SECRET_PATHS, censor: "[redacted]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * Name, code and stack; never the message of an error that is not ours, which may hold values. The
 * stack's first lines repeat the message, so only its frames are kept.
 */
function serializeError(error: Error): Record<string, unknown> {
  const { type, stack } = stdSerializers.err(error);
  const code = (error as { readonly code?: unknown }).code;
  const cause = error.cause instanceof Error ? serializeError(error.cause) : undefined;
  return {
    type,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    frames: stack
      ?.split("\n")
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
    ...(cause === undefined ? {} : { cause }),
  };
}

const SECRET_NAMES = [
  "authorization",
  "apiKey",
  "key",
  "token",
  "secret",
  "password",
  "accountNumber",
  "cardNumber",
  "iban",
  "url",
  "req",
  "res",
  "body",
  "headers",
];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
