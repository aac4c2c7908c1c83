import { ServiceError } from "../../domain/errors.ts";
import { renderProblem } from "./render-problem.ts";
import { toConnectError } from "./to-connect-error.ts";

const PROBLEM = renderProblem(toConnectError(new ServiceError("MALFORMED_REQUEST")), {
  method: "",
  path: "",
  requestId: undefined,
});
const BODY: unknown = JSON.parse(PROBLEM.body);

/** The problem for HTTP/1.1 that is no request: there is no path, and no id, to tell. */
export function renderUnreadable(status: number): { readonly type: string; readonly body: string } {
  const body = JSON.stringify(Object.assign({}, BODY, { status }));
  return { type: "application/problem+json", body };
}
