import { randomUUID } from "node:crypto";
import type { ConnectorModule, Operation } from "../../../../src/connectors/connector.ts";
import { fitsKey } from "../../../../src/connectors/toolkit/keys.ts";
import { all, demand, type Kit, whole } from "../check.ts";
import { onStage } from "../stage.ts";

/** The manifest and the module say the same, and what people read says something. */
export const manifest = whole("manifest", (kit) =>
  onStage(kit, async ({ module }) => {
    await all(
      RULES,
      ([name]) => name,
      async ([, rule]) => rule(module, kit),
    );
  }),
);

type Rule = (module: ConnectorModule, kit: Kit) => void;

const RULES: readonly (readonly [string, Rule])[] = [
  [
    "name",
    ({ manifest: { name, displayName, testOnly } }, kit) => {
      demand(name === kit.name, `the manifest calls it ${name}, its folder ${kit.name}`);
      demand(/^[a-z][a-z0-9-]*$/.test(name), "a name is lower case");
      demand(
        displayName.trim() !== "" && !testOnly,
        "it has a name for people, and serves live ones",
      );
    },
  ],
  [
    "operations",
    (module) => {
      const { operations } = module.manifest;
      for (const [name, { support, note }] of Object.entries(operations)) {
        demand(
          support === "UNSUPPORTED" || note.trim() !== "",
          `${name} says nothing of how it is done`,
        );
      }
      const byProcessor = (name: Operation) => operations[name].support === "PROCESSOR";
      demand(
        byProcessor("CREATE") && byProcessor("TRANSFER"),
        "CREATE and TRANSFER are the processor's",
      );
      demand(
        byProcessor("VOID") === (module.void !== undefined),
        "VOID is PROCESSOR if there is void",
      );
      demand(
        byProcessor("CREATE_RECIPIENT") === (module.registerRecipient !== undefined),
        "CREATE_RECIPIENT is PROCESSOR if there is registerRecipient",
      );
      demand(
        byProcessor("ENROLL_DISBURSE_ACCOUNT") === (module.registerAccount !== undefined),
        "ENROLL_DISBURSE_ACCOUNT is PROCESSOR if there is registerAccount",
      );
      demand(
        (module.registerRecipient === undefined) === (module.lookupRecipient === undefined),
        "registerRecipient and lookupRecipient come together",
      );
      demand(
        (module.registerAccount === undefined) === (module.lookupAccount === undefined),
        "registerAccount and lookupAccount come together",
      );
    },
  ],
  [
    "what the subject tells",
    (module, { subject }) => {
      const told = Object.keys(subject.requests);
      // "quote" may be the name of a step as well.
      demand(module.quote === undefined || told.includes("quote"), `"requests" lacks quote`);
      for (const name of ["void", "registerRecipient", "registerAccount"] as const) {
        demand(
          (module[name] !== undefined) === told.includes(name),
          `"requests" has ${name} if the module has it`,
        );
      }
      demand(
        (module.webhook === undefined) === (subject.webhooks === undefined),
        `"webhooks" is there if the module has webhook`,
      );
      demand(
        subject.refusals.length > 0 && subject.words.length > 0,
        "there are refusals and words",
      );
    },
  ],
  [
    "links",
    ({ manifest: { operations, links } }, { subject }) => {
      const makes = operations.CREATE_LINK.support === "PROCESSOR";
      demand(makes === (links !== undefined), "links is there if CREATE_LINK is PROCESSOR");
      demand(makes === (subject.links !== undefined), `"links" is there if it makes links`);
      if (links === undefined) return;
      const { minMs, maxMs, stepMs } = links;
      const fits = minMs % stepMs === 0 && maxMs % stepMs === 0;
      demand(stepMs > 0 && minMs > 0 && minMs <= maxMs && fits, "the times of links are steps");
    },
  ],
  [
    "what it pays",
    ({ manifest: { methods, currencies } }) => {
      demand(methods.length > 0 && isSet(methods), "it has methods, each once");
      if (currencies === "all") return;
      const areCodes = currencies.every((each) => /^[A-Z]{3}$/.test(each));
      demand(
        currencies.length > 0 && areCodes && isSet(currencies),
        "currencies are ISO 4217 codes, each once",
      );
    },
  ],
  [
    "keys",
    ({ manifest: { idempotency } }) => {
      const { maxKeyLength, keyPattern, repeat, windowMs } = idempotency;
      demand(
        fitsKey(randomUUID(), { idempotency }),
        "the engine's keys, which are UUIDs, must fit",
      );
      demand(!keyPattern.global && !keyPattern.sticky, "a pattern with g or y remembers");
      for (const bad of ["", `${randomUUID()} `, `${randomUUID()}\n`, `${randomUUID()}é`, " "]) {
        demand(
          !fitsKey(bad, { idempotency }),
          "the pattern covers the whole of a key, in ASCII without spaces",
        );
      }
      demand(!fitsKey("a".repeat(maxKeyLength + 1), { idempotency }), "a key has a longest length");
      demand(
        (repeat === "NONE") === (windowMs === 0),
        "repeats are never safe if there is no window",
      );
    },
  ],
  [
    "look-ups",
    ({ manifest: { lookup, notFoundIsProof } }) => {
      demand(
        lookup !== "NONE" || !notFoundIsProof,
        "where nothing can be asked, nothing is proven by it",
      );
    },
  ],
  [
    "pauses",
    ({ manifest: { retry, poll, circuit } }) => {
      for (const { firstMs, maxMs } of [retry, poll, circuit.open]) {
        demand(firstMs > 0 && firstMs <= maxMs, "a pause grows from more than 0");
      }
      demand(circuit.failures > 0, "a circuit opens after failures");
    },
  ],
  [
    "account fields",
    ({ accountFields, baseUrls }) => {
      demand(isSet(accountFields.map(({ name }) => name)), "a field is there once");
      demand(
        accountFields.some(({ secret, required }) => secret && required),
        "an account has a secret",
      );
      for (const { name, about, pattern } of accountFields) {
        demand(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name), `${name} is no lower snake case`);
        demand(
          /^[A-Z].{10,}\.$/s.test(about.trim()),
          `about ${name}: say what it is, in a sentence`,
        );
        demand(!pattern?.global && !pattern?.sticky, `${name}: a pattern with g or y remembers`);
      }
      for (const url of Object.values(baseUrls)) {
        demand(
          /^https:\/\/[^/?#]+[^?#]*[^/?#]$/.test(url),
          `${url} is no base URL by https, without a slash at its end`,
        );
      }
    },
  ],
  [
    "webhooks",
    ({ manifest: { webhookSignature }, webhook }) => {
      demand(
        (webhookSignature !== null) === (webhook !== undefined),
        "webhookSignature is there if webhook is",
      );
      if (webhook?.reply === undefined) return;
      demand(
        webhook.reply.status >= 200 && webhook.reply.status < 300,
        "a message that is taken is answered by 2xx",
      );
    },
  ],
];

function isSet(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
