import { type ApiKey, apiKeyState, SCOPES, type Scope } from "../../domain/access.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "../../service/admin/api-keys.ts";
import { type Commands, type DatabaseTools, readArguments, UsageError } from "../command.ts";
import { anyOperatorMerchant, firstKey, operatorCall, operatorMerchant } from "./operator.ts";

export const keyCommands: Commands = {
  "keys create": {
    needs: "database",
    usage: "[--merchant ID] [--live] [--name TEXT] [--scopes A,B] [--expires DAYS]",
    about: "makes an API key and prints it, once; of every scope when none are named",
    prepare: (args) => {
      const { values } = readArguments(args, {
        merchant: { type: "string" },
        live: { type: "boolean", default: false },
        name: { type: "string", default: "" },
        scopes: { type: "string" },
        expires: { type: "string" },
      });
      const scopes = scopesOf(values.scopes);
      const lifetimeMs = values.expires === undefined ? null : daysOf(values.expires);
      return async (tools) => {
        // A key of another merchant is made by whichever operator there is.
        const merchant =
          values.merchant === undefined
            ? await operatorMerchant(tools, values.live)
            : await anyOperatorMerchant(tools);
        if (merchant === null) {
          if (values.merchant !== undefined || values.scopes !== undefined) {
            throw new UsageError("the first key has every scope: make it without options");
          }
          tools.write(await firstKey(tools, values.live));
          return 0;
        }
        const { value } = await createApiKey(tools, operatorCall(merchant), {
          merchantId: values.merchant ?? merchant.merchantId,
          name: values.name,
          scopes,
          expireTime: lifetimeMs === null ? null : tools.clock.now() + lifetimeMs,
        });
        tools.write(value.secret ?? "");
        return 0;
      };
    },
  },
  "keys list": {
    needs: "database",
    usage: "[--merchant ID]",
    about: "lists API keys, newest first, without what they are made of",
    prepare: (args) => {
      const { values } = readArguments(args, { merchant: { type: "string" } });
      return async (tools) => {
        for await (const key of everyKey(tools, values.merchant ?? null)) {
          tools.write(lineOf(key, tools.clock.now()));
        }
        return 0;
      };
    },
  },
  "keys revoke": {
    needs: "database",
    usage: "KEY_ID [--reason TEXT]",
    about: "ends an API key at once",
    prepare: (args) => {
      const { values, positionals } = readArguments(
        args,
        { reason: { type: "string", default: "" } },
        1,
      );
      const [keyId = ""] = positionals;
      return async (tools) => {
        const merchant = await anyOperatorMerchant(tools);
        if (merchant === null) throw new UsageError("there are no keys yet");
        const { reason } = values;
        const { value } = await revokeApiKey(tools, operatorCall(merchant), { keyId, reason });
        tools.write(lineOf(value, tools.clock.now()));
        return 0;
      };
    },
  },
};

function scopesOf(text: string | undefined): readonly Scope[] {
  if (text === undefined) return SCOPES;
  return text.split(",").map((name) => {
    const scope = SCOPES.find((each) => each === name.trim());
    if (scope === undefined) throw new UsageError(`--scopes must be of ${SCOPES.join(",")}`);
    return scope;
  });
}

const DAY_MS = 24 * 60 * 60 * 1000;

function daysOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError("--expires must be days, from 1 to 9999");
  return Number(text) * DAY_MS;
}

async function* everyKey(tools: DatabaseTools, merchantId: string | null): AsyncIterable<ApiKey> {
  const merchant = (await operatorMerchant(tools, false)) ?? (await operatorMerchant(tools, true));
  if (merchant === null) return;
  const { caller } = operatorCall(merchant);
  let pageToken = "";
  do {
    const page = await listApiKeys(tools, caller, { merchantId, pageSize: 100, pageToken });
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}

function lineOf(key: ApiKey, now: number): string {
  const mode = key.livemode ? "live" : "test";
  const end = key.expireTime === null ? "" : ` until ${new Date(key.expireTime).toISOString()}`;
  const about = `${mode} ...${key.hint} ${apiKeyState(key, now)}${end}`;
  return `${key.keyId} ${key.merchantId} ${about} [${key.scopes.join(",")}] ${key.name}`.trimEnd();
}
