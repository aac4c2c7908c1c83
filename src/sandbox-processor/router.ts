import type { Context, Decision } from "./context.ts";
import { createExecuteOnce } from "./execute-once.ts";
import { acknowledgeNews, listNews, listTransfers } from "./listing-routes.ts";
import { createQuote } from "./quote-route.ts";
import { Refusal } from "./refusal.ts";
import { createRegistrationRoutes } from "./registration-routes.ts";
import {
  cancelTransfer,
  createTransfer,
  getTransfer,
  releaseTransfer,
  steerTransfer,
} from "./transfer-routes.ts";
import type { SandboxRequest } from "./wire.ts";

/** Decides one request. Throws Refusal for a definite no, anything else for a fault of our own. */
export type Router = (request: SandboxRequest) => Decision;

export function createRouter(context: Context): Router {
  const once = createExecuteOnce(context);
  const registrations = createRegistrationRoutes(context, once);

  return (request) => {
    const [path = "", query = ""] = request.path.split("?", 2);
    const search = new URLSearchParams(query);
    switch (`${request.method} ${path}`) {
      case "POST /transfers":
        return createTransfer(context, once, request);
      case "GET /transfers":
        return listTransfers(context, search);
      case "POST /quotes":
        return createQuote(context, request);
      case "POST /recipients":
        return registrations.createRecipient(request);
      case "GET /recipients":
        return registrations.findRecipient(search);
      case "POST /accounts":
        return registrations.createAccount(request);
      case "GET /accounts":
        return registrations.findAccount(search);
      case "GET /news":
        return listNews(context, search);
      case "POST /news/ack":
        return acknowledgeNews(context, request);
    }
    const match = /^\/transfers\/([^/]+)(?:\/([a-z]+))?$/.exec(path);
    const id = decode(match?.[1]);
    if (id === undefined) throw nowhere();
    switch (`${request.method} ${match?.[2] ?? ""}`) {
      case "GET ":
        return getTransfer(context, id);
      case "POST release":
        return releaseTransfer(context, once, request, id);
      case "POST cancel":
        return cancelTransfer(context, once, request, id);
      case "POST settle":
        return steerTransfer(context, request, id, "settle");
      case "POST fail":
        return steerTransfer(context, request, id, "fail");
      case "POST return":
        return steerTransfer(context, request, id, "return");
      default:
        throw nowhere();
    }
  };
}

function nowhere(): Refusal {
  return new Refusal(404, "not_found", "There is nothing at this path.");
}

function decode(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
