import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { AdminService } from "../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../gen/payout/v1/event_service_pb.js";
import { LinkService } from "../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../gen/payout/v1/recipient_service_pb.js";
import { RoutingService } from "../gen/payout/v1/routing_service_pb.js";
import { SandboxService } from "../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../gen/payout/v1/webhook_service_pb.js";
import { type Clock, sleep, systemClock } from "./clock.ts";
import { type Config, ConfigError } from "./config.ts";
import { createAccountOpener } from "./connector-modules.ts";
import type { ConnectorModule } from "./connectors/connector.ts";
import { ConnectorRegistry } from "./connectors/registry.ts";
import { Circuits } from "./engine/circuits.ts";
import { Executor } from "./engine/executor.ts";
import { LaneHealth } from "./engine/lane-health.ts";
import { limits } from "./limits.ts";
import { createGuardedHttp } from "./net/guarded-http.ts";
import { createUrlReader, type ReadUrl } from "./net/read-url.ts";
import { type Resolve, resolveByDns } from "./net/resolve.ts";
import { openSandbox } from "./sandbox.ts";
import { authenticate } from "./service/authenticate.ts";
import { bootstrapAccess } from "./service/bootstrap-access.ts";
import { findKeyFaults } from "./service/check-encryption-keys.ts";
import { storeEnvironmentAccounts } from "./service/connector-accounts/from-environment.ts";
import { EventFeed } from "./service/event-feed.ts";
import { PayoutReader } from "./service/get-payout.ts";
import { LinkTries } from "./service/link-tries.ts";
import { recordNews } from "./service/record-news.ts";
import { Router } from "./service/routing/router.ts";
import type { ServiceContext } from "./service/service-context.ts";
import { Signals, signalling } from "./service/signals.ts";
import { WebhookReceiver } from "./service/webhooks/receive-webhook.ts";
import { workInboxEntry } from "./service/webhooks/work-inbox.ts";
import { WebhookSender } from "./service/webhooks-out/sender.ts";
import { openStorage } from "./storage.ts";
import type { Logger } from "./telemetry/logger.ts";
import { renderProblem } from "./transport/errors/render-problem.ts";
import { renderUnreadable } from "./transport/errors/render-unreadable.ts";
import { adminService } from "./transport/handlers/admin-service.ts";
import { connectorService } from "./transport/handlers/connector-service.ts";
import { eventService } from "./transport/handlers/event-service.ts";
import { linkService } from "./transport/handlers/link-service.ts";
import { payoutService } from "./transport/handlers/payout-service.ts";
import { recipientService } from "./transport/handlers/recipient-service.ts";
import { routingService } from "./transport/handlers/routing-service.ts";
import { sandboxService } from "./transport/handlers/sandbox-service.ts";
import { webhookEndpointService } from "./transport/handlers/webhook-service.ts";
import { HealthState } from "./transport/health/health-state.ts";
import { authorize } from "./transport/interceptors/authorize.ts";
import { limitRate } from "./transport/interceptors/limit-rate.ts";
import { report } from "./transport/interceptors/report.ts";
import { validate, warmValidator } from "./transport/interceptors/validate.ts";
import { toEventText } from "./transport/mapping/event.ts";
import { overloadProtection } from "./transport/overload/index.ts";
import { RateLimiter } from "./transport/overload/rate-limiter.ts";
import { createCallReader } from "./transport/read-call.ts";
import { renderFrameworkErrors } from "./transport/rest/index.ts";
import { mountRoutes, type RegisterServices } from "./transport/routes.ts";
import { connectionsThatFit } from "./transport/server/descriptor-limit.ts";
import { createOnePortServer } from "./transport/server/one-port-server.ts";
import { warnOfRefused } from "./transport/server/warn-of-refused.ts";
import { warnOfUnverified } from "./transport/webhooks/warn-of-unverified.ts";
import { webhookRoutes } from "./transport/webhooks/webhook-routes.ts";
import { docsRoutes } from "./web/docs/docs-page.ts";
import { openApiRoutes } from "./web/docs/openapi-document.ts";
import { homeRoutes } from "./web/home/home-page.ts";
import { linkRoutes } from "./web/link/link-page.ts";
import { logoRoutes } from "./web/link-logo.ts";
import { readPageAssets } from "./web/page-assets.ts";
import { InboxWorker } from "./worker/inbox-worker.ts";
import { WebhookWorker } from "./worker/webhook-worker.ts";
import { Worker } from "./worker/worker.ts";

/** The services of the contract, as they are served, listed and reflected. */
export const SERVICES: readonly DescService[] = [
  PayoutService,
  RecipientService,
  LinkService,
  EventService,
  ConnectorService,
  RoutingService,
  WebhookEndpointService,
  AdminService,
  SandboxService,
];

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  /** The package's folder, with `drizzle/` and `gen/` in it. */
  readonly packageRoot: string;
  /** The connectors that work with merchants' accounts. */
  readonly modules: readonly ConnectorModule[];
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Of the names in merchants' URLs. Default: the machine's name servers. */
  readonly resolve?: Resolve;
  /** How an image that a merchant names is read. Default: by the guarded way. */
  readonly readUrl?: ReadUrl;
}

export interface App {
  /** Where it listens. */
  readonly url: string;
  /** A key that was made just now: shown once, and never again. */
  readonly firstApiKey: string | null;
  /** Stops in order, finishing what runs; resolves when everything is closed. Idempotent. */
  stop(): Promise<void>;
}

/** Puts the service together and starts it: the only place that knows every implementation. */
export async function startApp({
  config,
  log,
  packageRoot,
  modules,
  clock = systemClock,
  resolve = resolveByDns,
  readUrl = createUrlReader({ resolve, allowLoopback: config.webhookLoopback }),
}: AppOptions): Promise<App> {
  const storage = openStorage(config, { packageRoot, clock });
  const { hash, folder } = storage;
  const signals = new Signals(clock, limits.waiters);
  const repository = signalling(storage.repository, signals);
  // A key that is missing would show in some payout's call, later; better here and now.
  const keyFaults = await findKeyFaults(repository);
  if (keyFaults.length > 0) {
    await repository.close();
    throw new ConfigError(keyFaults);
  }
  const { bootstrapApiKey } = config;
  const access = { ...storage, repository, now: clock.now };
  // A key that is given works from the first call on.
  if (bootstrapApiKey !== null) await bootstrapAccess(access, bootstrapApiKey);

  const sandbox = openSandbox({
    folder,
    url: config.sandboxUrl,
    settleMs: config.sandboxSettleMs,
    pollMs: config.pollMs,
    timeoutMs: config.connectorTimeoutMs,
    clock,
    log,
    takeNews: (news) => recordNews(context, news),
  });
  const { accounts: environmentAccounts, baseUrls } = config.connectors;
  const connectors = new ConnectorRegistry(
    [sandbox.connector],
    modules,
    createAccountOpener(repository, modules, baseUrls),
  );
  const engine = {
    repository,
    connectors,
    clock,
    log,
    chance: Math.random,
    newId: storage.newId,
    randomBytes: storage.randomBytes,
    circuits: new Circuits(clock),
    health: new LaneHealth(clock),
    leaseMs: config.leaseMs,
    connectorTimeoutMs: config.connectorTimeoutMs,
  };
  const executor = new Executor(engine, {
    maxRunning: limits.runningJobs,
    maxRunningPerLane: limits.runningJobsPerLane,
  });
  const loop = { signals, clock, log, pollMs: config.pollMs };
  const worker = new Worker({
    ...loop,
    jobs: repository.jobs,
    idempotency: repository.idempotency,
    executor,
    leaseMs: config.leaseMs,
  });
  const inboxWorker = new InboxWorker({
    ...loop,
    inbox: repository.inbox,
    apply: (entry) => workInboxEntry(engine, entry),
    // An entry takes one look-up at most.
    leaseMs: config.leaseMs + config.connectorTimeoutMs,
  });

  const targets = { resolve, allowLoopback: config.webhookLoopback };
  const sender = new WebhookSender({
    outbox: repository.webhookOutbox,
    http: createGuardedHttp({ ...targets, maxAnswerBytes: limits.webhooksOut.answerBytes }),
    clock,
    log,
    chance: Math.random,
    render: toEventText,
  });
  const webhookWorker = new WebhookWorker({ ...loop, outbox: repository.webhookOutbox, sender });

  const health = new HealthState(SERVICES.map(({ typeName }) => typeName));
  const overload = overloadProtection(systemClock, randomUUID);
  const server = createOnePortServer({
    newRequestId: randomUUID,
    admit: overload.admit,
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    limits: { connections: connectionsThatFit(log) },
    onRefusedConnection: warnOfRefused(log, clock.now),
    frameworkErrors: renderFrameworkErrors(renderProblem),
    unreadable: renderUnreadable,
    ...(config.tls === null ? {} : { tls: config.tls }),
  });
  const base = { publicUrl: "" };
  const context: ServiceContext = {
    ...engine,
    executor,
    router: new Router({ repository, connectors }),
    signals,
    hash,
    linkTries: new LinkTries(clock),
    readUrl,
    pollMs: config.pollMs,
    // The port is known only once it is listened on.
    get publicUrl() {
      return base.publicUrl;
    },
  };
  const calls = createCallReader({ hash, clock, answerWaitMs: config.answerWaitMs });
  const register: RegisterServices = (router) => {
    router.service(
      PayoutService,
      payoutService({
        context,
        calls,
        reader: new PayoutReader(context),
        feeds: new EventFeed(repository.events),
        stopping: server.stopping,
      }),
    );
    router.service(RecipientService, recipientService({ context, calls }));
    router.service(LinkService, linkService({ context, calls }));
    router.service(EventService, eventService(context));
    router.service(ConnectorService, connectorService({ context, calls }));
    router.service(RoutingService, routingService({ context, calls }));
    router.service(
      WebhookEndpointService,
      webhookEndpointService({ context, calls, sender, targets }),
    );
    router.service(AdminService, adminService({ context, calls }));
    router.service(SandboxService, sandboxService({ context, calls, steering: sandbox.steering }));
  };
  const webhooks = new WebhookReceiver({
    ...engine,
    rate: new RateLimiter(limits.webhooks.rate, clock.now, limits.webhooks.accounts),
    onUnverified: warnOfUnverified(log, clock.now),
  });
  const servesCalls = config.role !== "worker";
  const assets = readPageAssets(join(packageRoot, "dist", "pages"));
  if (servesCalls && (assets.script === null || assets.style === null)) {
    log.warn(
      "dist/pages is empty, so payout links are plain pages, and /docs is not there: npm run build",
    );
  }
  mountRoutes(server, {
    services: servesCalls ? SERVICES : [],
    register: servesCalls ? register : () => {},
    interceptors: [
      report(log, clock),
      authorize(async (authorization) => {
        const caller = await authenticate(context, authorization);
        overload.accept(authorization ?? "", caller.merchantId);
        return caller;
      }),
      ...(config.rateLimit === null
        ? []
        : [limitRate(new RateLimiter(config.rateLimit, clock.now, limits.overload.knownCallers))]),
      validate(warmValidator(servesCalls ? SERVICES : [])),
    ],
    health,
    log,
    pages: servesCalls
      ? [
          homeRoutes,
          assets.routes,
          openApiRoutes(packageRoot, config.publicUrl),
          docsRoutes(assets),
          linkRoutes(context, assets),
          logoRoutes(context),
          webhookRoutes(webhooks),
        ]
      : [],
  });

  const address = await server.listen({ host: config.host, port: config.port });
  const url = `${config.tls === null ? "http" : "https"}://${hostInUrl(address.host)}:${address.port}`;
  base.publicUrl = config.publicUrl ?? url;
  // One that is made is shown once, so not before everything is past that often fails, such as a
  // port that is taken.
  const firstApiKey = bootstrapApiKey === null ? await bootstrapAccess(access, null) : null;
  await storeEnvironmentAccounts(context, environmentAccounts);
  sandbox.start();
  if (config.role !== "api") {
    worker.start();
    webhookWorker.start();
    inboxWorker.start();
  }
  health.set(true);

  let stopping: Promise<void> | null = null;
  const stop = async () => {
    // Readiness first, so that nobody new is sent here; then no new work; then what runs ends.
    health.set(false);
    overload.stop();
    await Promise.all([worker.stop(), inboxWorker.stop(), webhookWorker.stop()]);
    await server.close({ graceMs: limits.drainMs });
    const lastJobs = Promise.all([executor.stop(), inboxWorker.ended(), sender.idle()]);
    await Promise.race([lastJobs, sleep(clock, limits.lastJobsMs)]);
    sender.stop();
    await sandbox.stop();
    await repository.close();
  };
  return {
    url,
    firstApiKey,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
