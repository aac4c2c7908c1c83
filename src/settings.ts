/** A setting that is a whole number. */
interface WholeSetting {
  readonly kind: "whole";
  readonly otherwise: number;
  readonly least: number;
  readonly most: number;
  readonly about: string;
}

/** A setting that is one of some words. */
interface ChoiceSetting {
  readonly kind: "choice";
  readonly otherwise: string;
  readonly of: readonly string[];
  readonly about: string;
}

/** A setting of any other form. */
interface TextSetting {
  readonly kind: "text";
  /** In words, for people, where there is no value of its own: "absent: ...". */
  readonly otherwise: string;
  /** What it must be, in words. */
  readonly bound: string;
  readonly about: string;
}

export type Setting = WholeSetting | ChoiceSetting | TextSetting;

/**
 * Every setting that the service reads from its environment, but for those of connectors, which their
 * modules declare. `readConfig` reads by this table, and the documentation renders it.
 */
export const SETTINGS = {
  HOST: {
    kind: "text",
    otherwise: "127.0.0.1",
    bound: "an address of this machine",
    about: "The address to listen on.",
  },
  PORT: {
    kind: "whole",
    otherwise: 8080,
    least: 0,
    most: 65_535,
    about: "The port to listen on; 0 is any free port.",
  },
  DATABASE_URL: {
    kind: "text",
    otherwise: "file:data/payouts.db",
    bound: "`file:` and a path",
    about: "The SQLite file, relative to the working folder. Its folder holds keys and ledger too.",
  },
  PAYOUT_BOOTSTRAP_API_KEY: {
    kind: "text",
    otherwise: "absent: an empty database gets a test merchant and a key, printed once",
    bound: "begins with `sk_test_` or `sk_live_`; 32 to 256 letters, digits, `-` and `_`",
    about: "An API key with every scope, installed for the first merchant.",
  },
  PAYOUT_ENCRYPTION_KEYS: {
    kind: "text",
    otherwise: "absent: made in the data folder",
    bound: "`id:base64 of 32 bytes`, several separated by commas, each id once",
    about: "The first encrypts, all decrypt. Required in production.",
  },
  PAYOUT_HASH_KEY: {
    kind: "text",
    otherwise: "absent: made in the data folder",
    bound: "base64 of 32 bytes",
    about:
      "For look-ups by equality, the tokens of links and the hashes of API keys. Required in production; cannot be changed later.",
  },
  PAYOUT_PUBLIC_URL: {
    kind: "text",
    otherwise: "the address listened on",
    bound: "http or https, without a query",
    about: "Where callers and recipients reach the service: the base of payout links.",
  },
  PAYOUT_ROLE: {
    kind: "choice",
    otherwise: "all",
    of: ["all", "api", "worker"],
    about: "What this process does: answer calls, drive payouts, or both.",
  },
  PAYOUT_ANSWER_WAIT_MS: {
    kind: "whole",
    otherwise: 5000,
    least: 0,
    most: 60_000,
    about: "How long a mutation waits for the processor when its caller gives no deadline.",
  },
  PAYOUT_LEASE_MS: {
    kind: "whole",
    otherwise: 10_000,
    least: 300,
    most: 600_000,
    about: "How long a process that died keeps its jobs.",
  },
  PAYOUT_POLL_MS: {
    kind: "whole",
    otherwise: 1000,
    least: 10,
    most: 60_000,
    about: "How often the worker looks for due jobs without being told.",
  },
  PAYOUT_CONNECTOR_TIMEOUT_MS: {
    kind: "whole",
    otherwise: 8000,
    least: 100,
    most: 120_000,
    about: "The limit of one call to a processor, whatever the caller does.",
  },
  PAYOUT_RATE_LIMIT: {
    kind: "text",
    otherwise: "off",
    bound: "`off`, or calls such as `100/s` or `600/min`",
    about:
      "Calls that one API key may make: so many at once, then at an even pace; of each process by itself.",
  },
  PAYOUT_SANDBOX_SETTLE_MS: {
    kind: "whole",
    otherwise: 2000,
    least: 0,
    most: 3_600_000,
    about: "How long the sandbox processor takes to settle.",
  },
  PAYOUT_SANDBOX_URL: {
    kind: "text",
    otherwise: "absent: in this process",
    bound: "http or https, without a query",
    about: "Where the sandbox processor is, when it is a process of its own.",
  },
  PAYOUT_WEBHOOK_LOOPBACK: {
    kind: "choice",
    otherwise: "false",
    of: ["true", "false"],
    about: "Lets webhook endpoints be on this machine, by http too: for development.",
  },
  PAYOUT_TLS_CERT: {
    kind: "text",
    otherwise: "absent: no TLS",
    bound: "PEM; with `PAYOUT_TLS_KEY`",
    about: "The certificate of the port, with its chain.",
  },
  PAYOUT_TLS_KEY: {
    kind: "text",
    otherwise: "absent: no TLS",
    bound: "PEM; with `PAYOUT_TLS_CERT`",
    about: "The key of the certificate.",
  },
  PAYOUT_CORS_ORIGINS: {
    kind: "text",
    otherwise: "none",
    bound: "origins such as `https://dash.example`, separated by commas",
    about: "Browser origins that may call.",
  },
  PAYOUT_TRUSTED_PROXIES: {
    kind: "text",
    otherwise: "none",
    bound: "IP addresses and networks such as `10.0.0.0/8`, separated by commas",
    about:
      "Reverse proxies: their `X-Forwarded-For` and `X-Forwarded-Proto` are believed, and their connections are not counted by address.",
  },
  LOG_LEVEL: {
    kind: "choice",
    otherwise: "info",
    of: ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
    about: "What is logged: this level and those before it.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;
