import type { FakeProcessor, Middleware } from "../support/fake-processor.ts";
import { PublishedApi } from "../support/published-api.ts";
import type { KnownDeviation } from "../support/violation.ts";

/** The published document, shared by all fakes of a process: its validators take a while to make. */
export const publishedApi = PublishedApi.load("dwolla");

/**
 * The guides have 401 and 409 for every call, the document for hardly any. All unknown statuses are
 * passed over here, and `noteStatuses` below notes the others again.
 */
export const documentedDeviations: readonly KnownDeviation[] = [
  { why: "401 and 409 are in the guides only", side: "reply", in: "status", rule: "unknown" },
];

const statusesOfGuides: readonly number[] = [401, 409];

/** Notes every status that neither document nor guides have. Stands outermost. */
export function noteStatuses(http: FakeProcessor): Middleware {
  return async (request, next) => {
    const reply = await next();
    const operation = publishedApi?.find(request.method, request.path);
    const responses = operation?.definition["responses"] as Record<string, unknown> | undefined;
    const isKnown = statusesOfGuides.includes(reply.status) || responses?.[reply.status];
    if (operation && !isKnown) {
      const base = { side: "reply", operation: operation.name, in: "status" } as const;
      http.violations.push({ ...base, pointer: "", rule: "unknown", message: `${reply.status}` });
    }
    return reply;
  };
}
