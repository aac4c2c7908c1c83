import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, sleep, systemClock } from "../../../src/clock.ts";
import type { CapturedRequest } from "./captured-request.ts";
import { type Fault, FaultScript, matches } from "./faults.ts";
import { Gates } from "./gates.ts";
import { countingIds, type IdSource } from "./ids.ts";
import { ManualClock } from "./manual-clock.ts";
import { exactFirst, type PathTemplate, pathTemplate } from "./path-template.ts";
import type { Operation, PublishedApi } from "./published-api.ts";
import { parseRequestBody, readBody } from "./read-body.ts";
import { type EncodedReply, encodeReply, type FakeReply } from "./reply.ts";
import { reset, sendHalfBody, sendHalfHeaders, sendReply } from "./send-reply.ts";
import { isKnown, type KnownDeviation, printViolation, type Violation } from "./violation.ts";

export type Handler = (request: CapturedRequest) => FakeReply | Promise<FakeReply>;

/** Stands around every handler: keys, idempotency. Answers itself or with what `next` answers. */
export type Middleware = (
  request: CapturedRequest,
  next: () => Promise<FakeReply>,
) => FakeReply | Promise<FakeReply>;

export interface FakeProcessorOptions {
  /** The documents to check with; undefined ones (checking is off) are passed over. */
  readonly apis?: readonly (PublishedApi | undefined)[];
  /** Where the fake is right and the document is not. */
  readonly deviations?: readonly KnownDeviation[];
  /** The processor's time; by default it stands still until a test moves it. */
  readonly clock?: Clock;
  readonly ids?: IdSource;
  /** The network's time, which only the fault `slow` uses; by default the machine's. */
  readonly networkClock?: Clock;
  /** The content type of JSON replies. */
  readonly jsonType?: string;
  /** The processor's own way to say that there is no such route. */
  readonly notFound?: Handler;
  /** The processor's own body for 429 and 5xx of faults. */
  readonly errorBody?: (status: number) => unknown;
}

interface Route {
  readonly method: string;
  readonly template: string;
  readonly path: PathTemplate;
  readonly handler: Handler;
  /** Why the route is in no published document; undefined where it must be. */
  readonly undocumented: string | undefined;
}

/**
 * The part of a fake that every processor shares: a server on loopback that keeps what it was sent,
 * checks calls and replies against published documents, and goes wrong when a test says so. What a
 * processor does is in the routes.
 */
export class FakeProcessor {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Everything that arrived, in order; also what a fault hit. */
  readonly requests: CapturedRequest[] = [];
  readonly violations: Violation[] = [];
  /** What handlers threw: mistakes in the fake itself. */
  readonly crashes: unknown[] = [];
  readonly faults: FaultScript;
  readonly gates = new Gates();
  readonly #options: FakeProcessorOptions;
  readonly #apis: readonly PublishedApi[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #middlewares: Middleware[] = [];
  #routes: Route[] = [];
  #port = 0;
  #portChange: Promise<void> = Promise.resolve();

  constructor(options: FakeProcessorOptions = {}) {
    this.#options = options;
    this.#apis = (options.apis ?? []).filter((api) => api !== undefined);
    this.clock = options.clock ?? new ManualClock();
    this.ids = options.ids ?? countingIds();
    this.faults = new FaultScript((fault) => this.#arm(fault));
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.crashes.push(error);
        response.destroy();
      });
    });
    this.#server.on("connection", (socket) => this.#accept(socket));
  }

  /** The template has the whole path, prefix included. */
  route(method: string, template: string, handler: Handler, undocumented?: string): this {
    const path = pathTemplate(template);
    this.#routes.push({ method, template, path, handler, undocumented });
    this.#routes.sort(exactFirst);
    return this;
  }

  /** The first one added stands outermost. */
  use(middleware: Middleware): this {
    this.#middlewares.push(middleware);
    return this;
  }

  /** Starts on 127.0.0.1; port 0 takes a free one. */
  async listen(port = 0): Promise<this> {
    this.#port = port;
    await this.openPort();
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** "http://127.0.0.1:port", without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends all connections and refuses new ones; resolves when clients are surely refused. */
  closePort(): Promise<void> {
    this.#portChange = this.#portChange.then(async () => {
      if (!this.#server.listening) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
      await promise;
      // Clients of this process learn in the next turn that their kept connections have ended.
      await nextTurn();
    });
    return this.#portChange;
  }

  /** The same port again. */
  openPort(): Promise<void> {
    this.#portChange = this.#portChange.then(async () => {
      if (this.#server.listening) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", () => resolve());
      await promise;
      this.#server.off("error", reject);
    });
    return this.#portChange;
  }

  /** Ends everything, also what stalls. */
  async close(): Promise<void> {
    this.gates.openAll();
    await this.closePort();
  }

  requestsTo(method: string, path: string): CapturedRequest[] {
    return this.requests.filter((request) => matches({ method, path }, request));
  }

  /** Throws with the whole list if a call or a reply broke a document, or a handler threw. */
  assertClean(): void {
    const problems = [...this.violations.map(printViolation), ...this.crashes.map(String)];
    if (problems.length > 0) throw new Error(`not clean:\n${problems.join("\n")}`);
  }

  #arm(fault: Fault): void {
    if (fault.kind === "refuse") void this.closePort();
    // A kept connection is not accepted again.
    if (fault.kind === "drop-at-accept") this.#server.closeIdleConnections();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    if (this.faults.takeAtAccept()) socket.resetAndDestroy();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { request, route } = this.#capture(message);
    const fault = this.faults.take(request);
    request.fault = fault?.kind;
    if (fault?.kind === "reset-before-read") {
      reset(response);
      return;
    }
    const raw = await readBody(message);
    if (!raw) return;
    request.raw = raw;
    request.body = parseRequestBody(request);
    const operation = this.#check(request, route);
    if (fault?.kind === "stall-before-act") return;
    const early = this.#replyBeforeActing(fault);
    const encoded = early ?? (await this.#act(request, route));
    if (!early && operation && route) this.#checkReply(operation, encoded);
    await this.#reply(response, request, encoded, fault);
  }

  #capture(message: IncomingMessage): { request: CapturedRequest; route: Route | undefined } {
    const method = message.method ?? "GET";
    const url = new URL(message.url ?? "/", "http://127.0.0.1");
    let params: Record<string, string> | undefined;
    const route = this.#routes.find((each) => {
      params = each.method === method ? each.path.match(url.pathname) : undefined;
      return params !== undefined;
    });
    const headers = Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]);
    const request: CapturedRequest = {
      order: this.requests.length + 1,
      at: this.clock.now(),
      method,
      path: url.pathname,
      template: route?.template,
      params: params ?? {},
      queryText: url.search.slice(1),
      query: url.searchParams,
      headers: Object.fromEntries(headers),
      raw: Buffer.alloc(0),
      body: undefined,
      fault: undefined,
      replied: undefined,
    };
    this.requests.push(request);
    return { request, route };
  }

  #check(request: CapturedRequest, route: Route | undefined) {
    if (this.#apis.length === 0 || route?.undocumented !== undefined) return undefined;
    for (const api of this.#apis) {
      const operation = api.find(request.method, request.path);
      if (!operation) continue;
      const wire = { ...request, query: request.queryText };
      this.#note(api.checkRequest(operation, wire));
      return { api, operation };
    }
    this.#note([
      {
        side: "request",
        operation: `${request.method} ${request.template ?? "(no route)"}`,
        in: "operation",
        pointer: "",
        rule: "unknown",
        message: "no published document has this operation",
      },
    ]);
    return undefined;
  }

  #checkReply(found: { api: PublishedApi; operation: Operation }, reply: EncodedReply): void {
    const contentType = reply.headers["content-type"];
    this.#note(found.api.checkReply(found.operation, { ...reply, contentType }));
  }

  #note(violations: readonly Violation[]): void {
    const known = this.#options.deviations ?? [];
    this.violations.push(...violations.filter((violation) => !isKnown(violation, known)));
  }

  #replyBeforeActing(fault: Fault | undefined): EncodedReply | undefined {
    if (fault?.kind === "status-500-before-act") return this.#encode(this.#error(500));
    if (fault?.kind === "rate-limited") {
      const headers = { "retry-after": String(fault.retryAfterSeconds) };
      return this.#encode({ ...this.#error(429), headers });
    }
    return undefined;
  }

  async #act(request: CapturedRequest, route: Route | undefined): Promise<EncodedReply> {
    const handler = route?.handler ?? this.#options.notFound ?? (() => ({ status: 404 }));
    const innermost = async () => {
      await this.gates.pass(request);
      return handler(request);
    };
    const chain = this.#middlewares.reduceRight<() => Promise<FakeReply>>(
      (next, middleware) => async () => middleware(request, next),
      innermost,
    );
    try {
      return this.#encode(await chain());
    } catch (error) {
      this.crashes.push(error);
      return this.#encode(this.#error(500));
    }
  }

  async #reply(
    response: ServerResponse,
    request: CapturedRequest,
    reply: EncodedReply,
    fault: Fault | undefined,
  ): Promise<void> {
    const send = (whole: EncodedReply) => {
      request.replied = whole.status;
      sendReply(response, whole);
    };
    switch (fault?.kind) {
      case "reset-after-read":
        return reset(response);
      case "stall":
        return;
      case "half-headers":
        return sendHalfHeaders(response, reply);
      case "half-body":
        return sendHalfBody(response, reply);
      case "status-503-after-act":
        return send(this.#encode(this.#error(503)));
      case "unparseable-2xx":
        return send({ ...reply, raw: Buffer.from('{"id": "<html>') });
      case "empty-2xx":
        return send({ ...reply, raw: Buffer.alloc(0) });
      case "drift": {
        const body: unknown = JSON.parse(reply.raw.toString() || "null");
        return send({ ...reply, raw: Buffer.from(JSON.stringify(fault.change(body as never))) });
      }
      case "slow":
        await sleep(this.#options.networkClock ?? systemClock, fault.ms);
        return send(reply);
      default:
        return send(reply);
    }
  }

  #error(status: number): FakeReply {
    return { status, body: this.#options.errorBody?.(status) ?? { message: "unavailable" } };
  }

  #encode(reply: FakeReply): EncodedReply {
    return encodeReply(reply, this.#options.jsonType ?? "application/json");
  }
}
