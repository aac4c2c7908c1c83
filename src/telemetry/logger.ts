import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";

export type { Logger } from "pino";

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/**
 * Structured logs, one JSON object a line. Nothing that callers or processors sent is ever logged:
 * no bodies, no headers, no URLs (a payout link's is a secret). The redaction below is the second
 * line of defence, for a field that slips in all the same.
 */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = standardOutput(),
): Logger {
  const options = {
    level,
    // Neither process id nor host name: whoever collects the lines knows where they come from.
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    redact: { paths: SECRET_PATHS, censor: "[redacted]" },
  };
  return pino(options, destination);
}

/**
 * Whoever read the lines may go: then they are lost, and the service goes on and ends as ever. Pino's own
 * destination tries for ever to write what is left when the process ends.
 */
function standardOutput(): DestinationStream {
  const { stdout } = process;
  if (!stdout.listeners("error").includes(lineIsLost)) stdout.on("error", lineIsLost);
  return stdout;
}

function lineIsLost(): void {}

/** Whatever was thrown: what is no error says nothing but its type. */
function describeError(thrown: unknown): Record<string, unknown> {
  return thrown instanceof Error ? serializeError(thrown) : { type: typeof thrown };
}

/** Causes of causes that are told: an error may even be its own. */
const MAX_CAUSES = 4;

/**
 * Name, code and stack; never the message of an error that is not ours, which may hold values. The
 * stack begins with the message, and a message may hold lines that look like frames (the page of an
 * error elsewhere, for one): only what comes after it is kept.
 */
function serializeError(error: Error, depth = 0): Record<string, unknown> {
  const { type } = stdSerializers.err(error);
  const { cause } = error;
  return {
    type,
    ...codeOf(error),
    frames: framesOf(error),
    ...(cause instanceof Error && depth < MAX_CAUSES
      ? { cause: serializeError(cause, depth + 1) }
      : {}),
  };
}

/** A code that is shaped like one, such as SQLITE_FULL or 503: others may be anything. */
function codeOf(error: Error): { readonly code?: string | number } {
  const { code } = error as { readonly code?: unknown };
  if (typeof code === "number" && code >= 0 && code < 1000) return { code };
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? { code } : {};
}

function framesOf({ message, stack = "" }: Error): readonly string[] {
  const at = stack.indexOf(message);
  // A message that was changed after the stack was taken cannot be told from the frames.
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
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
