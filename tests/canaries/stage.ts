import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import type { Answer } from "../e2e/faces/answer.ts";
import type { CallOptions, Face } from "../e2e/faces/face.ts";
import { JSON_FACES } from "../e2e/faces/json-faces.ts";
import { readRefusal, restRequest } from "../e2e/faces/rest-face.ts";
import { API_KEY, type Running, type Workbench } from "../e2e/money/process.ts";
import { installKey } from "../e2e/support/install-key.ts";
import type { TestApp } from "../e2e/support/start-app.ts";
import { Canaries, type Canary } from "./canaries.ts";
import { plant } from "./plant.ts";
import { findCanaries, type Hit } from "./search.ts";

interface Heard {
  readonly what: string;
  /** Status, headers and body. */
  readonly text: string;
  /** Fields that this answer, and no other, must show. */
  readonly mayShow: readonly string[];
}

/** Answers that show a secret, once: what it is called, and where it stands in the body. */
const SHOWN: Readonly<Record<string, { readonly field: string; readonly find: RegExp }>> = {
  CreateLink: { field: "PayoutLink.url", find: /\/l\/([A-Za-z0-9_-]{20,})/ },
  CreateApiKey: { field: "ApiKey.secret", find: /"secret":"(sk_[A-Za-z0-9_]+[A-Za-z0-9_-]+)"/ },
  RotateApiKey: { field: "ApiKey.secret", find: /"secret":"(sk_[A-Za-z0-9_]+[A-Za-z0-9_-]+)"/ },
};

/** A real process of the service, and everything that it is told and says. */
export class Stage {
  /** What goes into the requests from now on; the earlier ones are remembered. */
  canaries = new Canaries();
  readonly #earlier: Canaries[] = [];
  /** Not from the contract's fields: keys of all kinds. */
  readonly keys = new Canaries();
  readonly #bench: Workbench;
  readonly #heard: Heard[] = [];
  readonly service: Running;
  readonly app: TestApp;

  private constructor(bench: Workbench, service: Running, environment: Record<string, string>) {
    this.#bench = bench;
    this.service = service;
    const { hostname: host, port } = new URL(service.url);
    const config = readConfig({ DATABASE_URL: `file:${bench.databasePath}`, ...environment });
    // As much of it as a Shop needs: the process itself is nowhere but at the other end of a socket.
    this.app = {
      url: service.url,
      host,
      port: Number(port),
      apiKey: API_KEY,
      config,
      clock: systemClock,
      addKey: (options) => {
        const key = installKey(config, systemClock.now(), options);
        this.keys.add("API key", key.key);
        return key;
      },
    } as Partial<TestApp> as TestApp;
    this.keys.add("API key", API_KEY);
    for (const [name, value] of Object.entries(environment)) {
      if (/_KEYS?$/.test(name)) this.keys.add(name, value.split(":").at(-1) ?? "");
    }
  }

  static async open(bench: Workbench, more: Record<string, string> = {}): Promise<Stage> {
    const environment = {
      PAYOUT_ENCRYPTION_KEYS: `canary:${randomBytes(32).toString("base64")}`,
      PAYOUT_HASH_KEY: randomBytes(32).toString("base64"),
      ...more,
    };
    const service = await bench.service({ LOG_LEVEL: "trace", ...environment });
    return new Stage(bench, service, environment);
  }

  /** From here on requests get other canaries. */
  nextAct(): void {
    this.#earlier.push(this.canaries);
    this.canaries = new Canaries();
  }

  get sown(): readonly Canary[] {
    return [...this.#earlier, this.canaries].flatMap(({ all }) => all);
  }

  /** Anything over HTTP, kept; comes again when the service is too busy. */
  async fetch(
    what: string,
    path: string,
    init: RequestInit = {},
    mayShow: readonly string[] = [],
  ): Promise<Response & { readonly content: string }> {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(this.app.url + path, { redirect: "manual", ...init });
      const content = await response.clone().text();
      const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      this.hear(what, `${response.status} ${response.statusText}\n${headers}\n${content}`, mayShow);
      if (response.status !== 429 || !content.includes("OVERLOADED") || tries > 100) {
        return Object.assign(response, { content });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Keeps an answer. What it shows once is a canary from now on, for everything else. */
  hear(what: string, text: string, mayShow: readonly string[] = []): void {
    const shown = SHOWN[what.split(" ").at(-1) ?? ""];
    const secret = shown?.find.exec(text)?.[1];
    if (shown === undefined || secret === undefined) {
      this.#heard.push({ what, text, mayShow });
    } else {
      const name = `${shown.field} ${this.#heard.length}`;
      this.keys.add(name, secret);
      this.#heard.push({ what, text, mayShow: [...mayShow, name] });
    }
  }

  /** REST, with canaries in every request. */
  readonly rest: Face = {
    name: "REST",
    close: () => {},
    call: async (method, request, { key, idempotencyKey }): Promise<Answer> => {
      const { verb, path, body, responseBody } = restRequest(method, this.plant(method, request));
      const response = await this.fetch(`REST ${method.name}`, path, {
        method: verb,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
          ...(body === null ? {} : { "content-type": "application/json" }),
        },
        body: body === null ? null : JSON.stringify(body),
      });
      if (response.status !== 200) return readRefusal(response);
      const answered = (await response.json()) as JsonObject;
      const message = responseBody === "" ? answered : { [responseBody]: answered };
      return { ok: true, message, replayed: response.headers.get("idempotency-replayed") };
    },
  };

  /** Sends JSON as it stands by one of the faces that take it; which one, the number says. */
  async sendText(turn: number, method: DescMethod, text: string, key: string): Promise<boolean> {
    const faces = JSON_FACES.filter((each) => each.takes(method));
    const face = faces[turn % faces.length];
    if (face === undefined) throw new Error(`no face takes ${method.name}`);
    const { everything, refusal } = await face.send(this.app.url, { method, text, key });
    this.hear(`${face.name} ${method.name}`, everything);
    return refusal !== null;
  }

  /** A call by one face of those that are no REST; which one, the number says. */
  async callByOther(
    turn: number,
    method: DescMethod,
    request: JsonObject,
    key: CallOptions["key"],
  ) {
    const faces = JSON_FACES.filter((each) => each.name !== "REST" && each.takes(method));
    const face = faces[turn % faces.length];
    if (face === undefined) return;
    const text = JSON.stringify(this.plant(method, request));
    const { everything } = await face.send(this.app.url, { method, text, key: key ?? "" });
    this.hear(`${face.name} ${method.name}`, everything);
  }

  plant(method: DescMethod, request: JsonObject): JsonObject {
    return plant(method.input, request, this.canaries);
  }

  get answers(): number {
    return this.#heard.length;
  }

  /** What was found in logs: nothing at all may be. */
  inOutput(): readonly Hit[] {
    return findCanaries(Buffer.from(this.service.output), [...this.sown, ...this.keys.all]);
  }

  /** What was found in the files that the service and its processor leave. */
  inFiles(): readonly (Hit & { readonly file: string })[] {
    const hidden = [...this.sown, ...this.keys.all].filter(({ shown }) => !shown);
    return this.#files().flatMap((file) =>
      findCanaries(readFileSync(join(this.#bench.folder, file)), hidden).map((hit) => ({
        file,
        ...hit,
      })),
    );
  }

  /** Where values are found that may be seen there; in logs, the address that is listened on. */
  whereShown(): { readonly answers: boolean; readonly files: boolean; readonly logs: boolean } {
    const shown = this.sown.filter((canary) => canary.shown);
    const answers = Buffer.from(this.#heard.map(({ text }) => text).join("\n"));
    const files = this.#files().map((file) => readFileSync(join(this.#bench.folder, file)));
    const finds = (bytes: Buffer) => findCanaries(bytes, shown).length >= shown.length;
    const address = { field: "address", value: this.service.url, shown: true };
    const logs = findCanaries(Buffer.from(this.service.output), [address]).length > 0;
    return { answers: finds(answers), files: finds(Buffer.concat(files)), logs };
  }

  #files(): readonly string[] {
    return readdirSync(this.#bench.folder).filter((file) => !file.endsWith(".key"));
  }

  /** What was found in answers that must not show it. */
  inAnswers(): readonly (Hit & { readonly what: string })[] {
    const hidden = [...this.sown, ...this.keys.all].filter(({ shown }) => !shown);
    // Most answers hold nothing: those that do are looked at one by one.
    const all = Buffer.from(this.#heard.map(({ text }) => text).join("\n"));
    const fields = new Set(findCanaries(all, hidden).map(({ field }) => field));
    const suspects = hidden.filter(({ field }) => fields.has(field));
    return this.#heard.flatMap(({ what, text, mayShow }) =>
      findCanaries(
        Buffer.from(text),
        suspects.filter(({ field }) => !mayShow.includes(field)),
      ).map((hit) => ({ what, ...hit })),
    );
  }
}
