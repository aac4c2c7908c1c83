import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import {
  type ConnectorSettings,
  type Described,
  readConnectorSettings,
} from "./connector-settings.ts";
import { parseApiKey } from "./security/api-key.ts";
import type { EncryptionKey } from "./security/cipher.ts";
import { SETTINGS, type SettingName } from "./settings.ts";
import type { LogLevel } from "./telemetry/logger.ts";

/** The service's settings, read once at start and never changed. Times in milliseconds. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** The SQLite file. */
  readonly databasePath: string;
  readonly bootstrapApiKey: string | null;
  /** Null: made once in the data folder. */
  readonly encryptionKeys: readonly EncryptionKey[] | null;
  /** Null: made once in the data folder. */
  readonly hashKey: Uint8Array | null;
  /** Null: that of the port that is listened on. */
  readonly publicUrl: string | null;
  readonly role: "all" | "api" | "worker";
  readonly answerWaitMs: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly connectorTimeoutMs: number;
  readonly sandboxSettleMs: number;
  /** Null: the sandbox processor runs in process. */
  readonly sandboxUrl: string | null;
  /** Calls that one API key may make; null: as many as it likes. */
  readonly rateLimit: { readonly calls: number; readonly perMs: number } | null;
  readonly logLevel: LogLevel;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly corsOrigins: readonly string[];
  /** Reverse proxies, as IP addresses and networks: what they say of their callers is believed. */
  readonly trustedProxies: readonly string[];
  readonly production: boolean;
  /** Whether merchants' URLs may lead to this machine, and by plain http: for development. */
  readonly webhookLoopback: boolean;
  /** Processors' accounts of the first merchant, and their addresses. */
  readonly connectors: ConnectorSettings;
}

/** Everything that is wrong with the settings, at once. The message names no values: some are secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings are not right:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from the environment. `NAME_FILE` names a file that holds the value of `NAME`.
 *
 * @param connectors whose accounts the environment may give
 * @throws ConfigError with every fault
 */
export function readConfig(
  environment: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, "utf8"),
  connectors: readonly Described[] = [],
): Config {
  const faults: string[] = [];
  const settings = new Settings(environment, readFile, faults);
  const production = environment["NODE_ENV"] === "production";
  const config: Config = {
    host: settings.text("HOST") ?? SETTINGS.HOST.otherwise,
    port: settings.whole("PORT"),
    databasePath: databasePath(settings),
    bootstrapApiKey: bootstrapApiKey(settings),
    encryptionKeys: encryptionKeys(settings),
    hashKey: hashKey(settings),
    publicUrl: url(settings, "PAYOUT_PUBLIC_URL"),
    role: settings.choice("PAYOUT_ROLE"),
    answerWaitMs: settings.whole("PAYOUT_ANSWER_WAIT_MS"),
    leaseMs: settings.whole("PAYOUT_LEASE_MS"),
    pollMs: settings.whole("PAYOUT_POLL_MS"),
    connectorTimeoutMs: settings.whole("PAYOUT_CONNECTOR_TIMEOUT_MS"),
    sandboxSettleMs: settings.whole("PAYOUT_SANDBOX_SETTLE_MS"),
    sandboxUrl: url(settings, "PAYOUT_SANDBOX_URL"),
    rateLimit: rateLimit(settings),
    logLevel: settings.choice("LOG_LEVEL"),
    tls: tls(settings),
    corsOrigins: corsOrigins(settings),
    trustedProxies: trustedProxies(settings),
    production,
    webhookLoopback: settings.choice("PAYOUT_WEBHOOK_LOOPBACK") === "true",
    connectors: readConnectorSettings(connectors, (name) => settings.textOf(name), faults),
  };
  if (production && config.encryptionKeys === null) {
    faults.push("PAYOUT_ENCRYPTION_KEYS is required when NODE_ENV is production");
  }
  if (production && config.hashKey === null) {
    faults.push("PAYOUT_HASH_KEY is required when NODE_ENV is production");
  }
  for (const name of settings.unknown()) faults.push(`${name} is not a setting of this version`);
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

/** Names with our prefix that belong to tests and tools. */
const NOT_OURS: ReadonlySet<string> = new Set([
  "PAYOUT_SPECS_DIR",
  "PAYOUT_API_URL",
  "PAYOUT_API_KEY",
]);

/** The settings of one kind. */
type NameOf<Kind> = {
  [N in SettingName]: (typeof SETTINGS)[N]["kind"] extends Kind ? N : never;
}[SettingName];

class Settings {
  readonly #environment: Environment;
  readonly #readFile: (path: string) => string;
  readonly faults: string[];
  readonly #asked = new Set<string>();

  constructor(environment: Environment, readFile: (path: string) => string, faults: string[]) {
    this.#environment = environment;
    this.#readFile = readFile;
    this.faults = faults;
  }

  /**
   * Names with our prefix that nobody has asked for. To ignore one silently would promise what is
   * not kept: a misspelt key, or a setting of a later version.
   */
  unknown(): readonly string[] {
    return Object.keys(this.#environment)
      .filter((name) => name.startsWith("PAYOUT_") && !NOT_OURS.has(name))
      .filter((name) => !this.#asked.has(name.replace(/_FILE$/, "")))
      .sort();
  }

  /** The value, or null when it is absent or empty. */
  text(name: SettingName): string | null {
    return this.textOf(name);
  }

  /** As `text`, of a name that is not in the table: a connector's. */
  textOf(name: string): string | null {
    this.#asked.add(name);
    const value = this.#environment[name];
    const file = this.#environment[`${name}_FILE`];
    if (file === undefined || file === "")
      return value === undefined || value === "" ? null : value;
    if (value !== undefined && value !== "") {
      this.faults.push(`${name} and ${name}_FILE are both given; give one`);
      return null;
    }
    try {
      const content = this.#readFile(file).replace(/\r?\n$/, "");
      return content === "" ? null : content;
    } catch {
      this.faults.push(`${name}_FILE names a file that cannot be read`);
      return null;
    }
  }

  whole(name: NameOf<"whole">): number {
    const { otherwise, least, most } = SETTINGS[name];
    const text = this.text(name);
    if (text === null) return otherwise;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value) || value < least || value > most) {
      this.faults.push(`${name} must be a whole number from ${least} to ${most}`);
      return otherwise;
    }
    return value;
  }

  choice<N extends NameOf<"choice">>(name: N): (typeof SETTINGS)[N]["of"][number] {
    const { of, otherwise } = SETTINGS[name];
    const text = this.text(name);
    if (text === null) return otherwise;
    const chosen = of.find((each) => each === text);
    if (chosen === undefined) this.faults.push(`${name} must be one of ${of.join(", ")}`);
    return chosen ?? otherwise;
  }
}

function databasePath(settings: Settings): string {
  const text = settings.text("DATABASE_URL") ?? SETTINGS.DATABASE_URL.otherwise;
  const path = text.startsWith("file:") ? text.slice("file:".length) : "";
  if (path === "" || path === ":memory:" || path.startsWith("//")) {
    settings.faults.push(
      "DATABASE_URL must be file: and a path, such as file:data/payouts.db (PostgreSQL is not supported by this version)",
    );
  }
  return path;
}

function bootstrapApiKey(settings: Settings): string | null {
  const key = settings.text("PAYOUT_BOOTSTRAP_API_KEY");
  if (key !== null && (key.length < 32 || parseApiKey(key) === undefined)) {
    settings.faults.push(
      "PAYOUT_BOOTSTRAP_API_KEY must begin with sk_test_ or sk_live_, and have 32 to 256 characters, letters, digits, - and _ only",
    );
    return null;
  }
  return key;
}

function encryptionKeys(settings: Settings): readonly EncryptionKey[] | null {
  const text = settings.text("PAYOUT_ENCRYPTION_KEYS");
  if (text === null) return null;
  const keys = text.split(",").map((part): EncryptionKey | null => {
    const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/=]+)\s*$/.exec(part) ?? [];
    const key = encoded === undefined ? null : key32(encoded);
    return id === undefined || key === null ? null : { id, key };
  });
  const good = keys.filter((key) => key !== null);
  const distinct = new Set(good.map(({ id }) => id)).size === keys.length;
  if (good.length !== keys.length || !distinct) {
    settings.faults.push(
      "PAYOUT_ENCRYPTION_KEYS must be id:base64 of 32 bytes, several separated by commas, each id once",
    );
    return null;
  }
  return good;
}

function rateLimit(settings: Settings): Config["rateLimit"] {
  const text = settings.text("PAYOUT_RATE_LIMIT") ?? "off";
  if (text === "off") return null;
  const [, calls, per] = /^([1-9]\d{0,6})\/(s|min)$/.exec(text) ?? [];
  if (calls === undefined) {
    settings.faults.push(
      "PAYOUT_RATE_LIMIT must be off, or calls of one API key such as 100/s or 600/min",
    );
    return null;
  }
  return { calls: Number(calls), perMs: per === "s" ? 1000 : 60_000 };
}

function hashKey(settings: Settings): Uint8Array | null {
  const text = settings.text("PAYOUT_HASH_KEY");
  if (text === null) return null;
  const key = key32(text.trim());
  if (key === null) settings.faults.push("PAYOUT_HASH_KEY must be base64 of 32 bytes");
  return key;
}

function key32(encoded: string): Uint8Array | null {
  // Buffer.from skips what is not base64: a key with a slip in it would silently be another key.
  if (!/^[A-Za-z0-9+/]{43}=$/.test(encoded)) return null;
  return Buffer.from(encoded, "base64");
}

function url(settings: Settings, name: "PAYOUT_PUBLIC_URL" | "PAYOUT_SANDBOX_URL"): string | null {
  const text = settings.text(name);
  if (text === null) return null;
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol) || parsed.search !== "") {
    settings.faults.push(`${name} must be an absolute http or https URL without a query`);
    return null;
  }
  return text.replace(/\/+$/, "");
}

function tls(settings: Settings): Config["tls"] {
  const cert = settings.text("PAYOUT_TLS_CERT");
  const key = settings.text("PAYOUT_TLS_KEY");
  if (cert === null && key === null) return null;
  if (cert === null || key === null) {
    settings.faults.push("PAYOUT_TLS_CERT and PAYOUT_TLS_KEY (PEM) must be given together");
    return null;
  }
  return { cert, key };
}

function corsOrigins(settings: Settings): readonly string[] {
  const origins = listOf(settings.text("PAYOUT_CORS_ORIGINS"));
  if (origins.some((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)) {
    settings.faults.push(
      "PAYOUT_CORS_ORIGINS must be origins such as https://dash.example, separated by commas",
    );
  }
  return origins;
}

function trustedProxies(settings: Settings): readonly string[] {
  const networks = listOf(settings.text("PAYOUT_TRUSTED_PROXIES"));
  if (!networks.every(isNetwork)) {
    settings.faults.push(
      "PAYOUT_TRUSTED_PROXIES must be IP addresses and networks such as 10.0.0.0/8, separated by commas",
    );
  }
  return networks;
}

/** An IP address, or one with the bits of its network behind a slash. */
function isNetwork(text: string): boolean {
  const [, address = "", bits = "0"] = /^([0-9A-Fa-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 6 ? 128 : 32);
}

function listOf(text: string | null): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
