import { ServiceError, validationFailed } from "../../domain/errors.ts";
import { isEventFilter } from "../../domain/event-type.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import type { FieldViolation } from "../../domain/violation.ts";
import type { WebhookEndpoint, WebhookEndpointState } from "../../domain/webhook.ts";
import { limits } from "../../limits.ts";
import { findAddresses, parseTarget, REFUSED, type TargetRules } from "../../net/target.ts";
import type { Replay } from "../../repository/repository.ts";
import { administered } from "../admin/reach.ts";
import type { Answer, Call, Caller } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { findReplay } from "../find-replay.ts";
import { listPage, type Paged, type PageRequest } from "../paging.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";
import { newWebhookSecret } from "./sign.ts";

type Context = Pick<ServiceContext, "repository" | "clock" | "newId" | "hash" | "randomBytes"> & {
  readonly targets: TargetRules;
};

/** An endpoint and, in the one answer that shows it, its secret. */
export interface ShownEndpoint {
  readonly endpoint: WebhookEndpoint;
  /** Null in a repeat. */
  readonly secret: string | null;
}

export interface CreateWebhookEndpoint {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[];
}

/** @throws ServiceError VALIDATION_FAILED, WEBHOOK_ENDPOINT_LIMIT */
export async function createWebhookEndpoint(
  context: Context,
  call: Call,
  { url, description, eventTypes }: CreateWebhookEndpoint,
): Promise<Answer<ShownEndpoint>> {
  const { repository, clock, newId, randomBytes, targets } = context;
  const earlier = await findReplay(context, call);
  if (earlier !== null) return shown(earlier, null);
  requireEventTypes(eventTypes);
  const checked = await checkUrl(targets, url);
  const now = clock.now();
  const secret = newWebhookSecret(randomBytes);
  const { merchantId, livemode } = call.caller;
  const created = await repository.webhookEndpoints.create({
    endpoint: {
      merchantId,
      endpointId: newId("webhookEndpoint"),
      url: checked,
      description,
      eventTypes: normalTypes(eventTypes),
      state: "ENABLED",
      disabledReason: null,
      failingSince: null,
      livemode,
      createTime: now,
      updateTime: now,
      version: 1,
    },
    secrets: [{ secret, until: null }],
    most: limits.webhooksOut.endpoints,
    ...administered(call, "webhook_endpoint.create"),
  });
  return shown(created, secret);
}

/** @throws ServiceError VALIDATION_FAILED, WEBHOOK_ENDPOINT_NOT_FOUND */
export async function getWebhookEndpoint(
  { repository }: Pick<ServiceContext, "repository">,
  { merchantId }: Caller,
  endpointId: string,
): Promise<WebhookEndpoint> {
  requireId("webhookEndpoint", endpointId, "endpoint_id");
  const found = await repository.webhookEndpoints.find({ merchantId, endpointId });
  if (found === null) throw new ServiceError("WEBHOOK_ENDPOINT_NOT_FOUND");
  return found;
}

/** The merchant's endpoints, newest first. */
export function listWebhookEndpoints(
  { repository, hash }: Pick<ServiceContext, "repository" | "hash">,
  { merchantId }: Caller,
  request: PageRequest,
): Promise<Paged<WebhookEndpoint>> {
  return listPage(
    hash,
    request,
    ["webhook-endpoints", merchantId],
    (page) => repository.webhookEndpoints.list({ merchantId }, page),
    ({ createTime, endpointId }) => ({ createTime, id: endpointId }),
  );
}

export interface UpdateWebhookEndpoint {
  readonly endpointId: string;
  /** Null: it stays. */
  readonly url: string | null;
  readonly description: string | null;
  /** Empty: they stay. */
  readonly eventTypes: readonly string[];
  /** Null: it stays. */
  readonly state: WebhookEndpointState | null;
  readonly etag: string | null;
}

/** @throws ServiceError VALIDATION_FAILED, WEBHOOK_ENDPOINT_NOT_FOUND, ETAG_MISMATCH */
export async function updateWebhookEndpoint(
  context: Context,
  call: Call,
  { endpointId, url, description, eventTypes, state, etag }: UpdateWebhookEndpoint,
): Promise<Answer<WebhookEndpoint>> {
  const { repository, targets } = context;
  requireId("webhookEndpoint", endpointId, "endpoint_id");
  const earlier = await findReplay(context, call);
  if (earlier !== null) return answered(earlier);
  requireEventTypes(eventTypes);
  const checked = url === null ? null : await checkUrl(targets, url);
  const updated = await repository.webhookEndpoints.update(
    { merchantId: call.caller.merchantId, endpointId },
    administered(call, "webhook_endpoint.update"),
    ({ endpoint, secrets }) => {
      checkEtag(etag, endpoint.version);
      return {
        endpoint: {
          ...endpoint,
          url: checked ?? endpoint.url,
          description: description ?? endpoint.description,
          eventTypes: eventTypes.length === 0 ? endpoint.eventTypes : normalTypes(eventTypes),
          ...changeOfState(endpoint, state),
        },
        secrets,
      };
    },
  );
  return answered(updated);
}

/** One that is enabled again starts anew: its failures before are no reason to give it up again. */
function changeOfState(
  { state: before }: WebhookEndpoint,
  state: WebhookEndpointState | null,
): Partial<WebhookEndpoint> {
  if (state === null || state === before) return {};
  return state === "ENABLED"
    ? { state, disabledReason: null, failingSince: null }
    : { state, disabledReason: "BY_CALLER" };
}

/** @throws ServiceError VALIDATION_FAILED, WEBHOOK_ENDPOINT_NOT_FOUND */
export async function deleteWebhookEndpoint(
  { repository }: Context,
  call: Call,
  endpointId: string,
): Promise<Answer<WebhookEndpoint>> {
  requireId("webhookEndpoint", endpointId, "endpoint_id");
  return answered(
    await repository.webhookEndpoints.remove(
      { merchantId: call.caller.merchantId, endpointId },
      administered(call, "webhook_endpoint.delete"),
    ),
  );
}

/**
 * Makes a new secret; those before go on signing beside it until the overlap has passed.
 *
 * @throws ServiceError VALIDATION_FAILED, WEBHOOK_ENDPOINT_NOT_FOUND
 */
export async function rotateWebhookSecret(
  context: Context,
  call: Call,
  { endpointId, overlapMs }: { readonly endpointId: string; readonly overlapMs: number | null },
): Promise<Answer<ShownEndpoint>> {
  const { repository, clock, randomBytes } = context;
  requireId("webhookEndpoint", endpointId, "endpoint_id");
  const earlier = await findReplay(context, call);
  if (earlier !== null) return shown(earlier, null);
  const { defaultMs, maxMs } = limits.webhooksOut.overlap;
  const overlap = overlapMs ?? defaultMs;
  if (overlap < 0 || overlap > maxMs)
    throw refused("overlap", "must be from 0 to 7 days (604800s)");
  const secret = newWebhookSecret(randomBytes);
  const rotated = await repository.webhookEndpoints.update(
    { merchantId: call.caller.merchantId, endpointId },
    administered(call, "webhook_endpoint.rotate_secret"),
    ({ endpoint, secrets }) => {
      const now = clock.now();
      const end = now + overlap;
      const before = secrets
        .map((each) => ({ ...each, until: Math.min(each.until ?? end, end) }))
        .filter(({ until }) => until > now);
      if (before.length >= limits.webhooksOut.secrets) throw refused("overlap", TOO_MANY_SECRETS);
      return { endpoint, secrets: [{ secret, until: null }, ...before] };
    },
  );
  return shown(rotated, secret);
}

const TOO_MANY_SECRETS =
  "must be 0: five secrets sign already, and zero ends them all at once; or wait until one has ended";

function requireEventTypes(eventTypes: readonly string[]): void {
  const violations = eventTypes.flatMap((type, index): FieldViolation[] =>
    isEventFilter(type)
      ? []
      : [
          {
            field: `event_types[${index}]`,
            message: "must be a type of event such as payout.succeeded, or a kind such as payout.*",
          },
        ],
  );
  if (violations.length > 0) throw validationFailed(violations);
}

/** `*` is every type, which is what none is. */
function normalTypes(eventTypes: readonly string[]): readonly string[] {
  return eventTypes.includes("*") ? [] : [...eventTypes];
}

/**
 * A URL in its normal form. A name that nobody knows yet may be known when the first event is sent; what
 * it leads to is checked again each time.
 */
async function checkUrl(targets: TargetRules, text: string): Promise<string> {
  const parsed = parseTarget(text, targets);
  if ("problem" in parsed) throw refused("url", parsed.problem);
  const found = await findAddresses(parsed.url, targets);
  if (found === "ADDRESS_REFUSED") throw refused("url", REFUSED);
  return parsed.url.href;
}

function refused(field: string, message: string): ServiceError {
  return validationFailed([{ field, message }]);
}

function answered(
  done: { readonly kind: "stored"; readonly endpoint: WebhookEndpoint } | Replay,
): Answer<WebhookEndpoint> {
  if (done.kind === "stored") return { value: done.endpoint, replayed: false };
  if (done.answer === null) throw new Error("an endpoint's record is closed when it is made");
  return { value: decodeSnapshot<WebhookEndpoint>(done.answer), replayed: true };
}

function shown(done: Parameters<typeof answered>[0], secret: string | null): Answer<ShownEndpoint> {
  const { value: endpoint, replayed } = answered(done);
  return { value: { endpoint, secret: replayed ? null : secret }, replayed };
}
