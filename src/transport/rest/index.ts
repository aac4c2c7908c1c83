/**
 * A google.api.http transcoder for connect-es: REST in front of the same implementations and
 * interceptors as RPC. `restPlugin` mounts it on Fastify, `createTranscoder` on anything else.
 */
export { collectServices } from "./collect-services.ts";
export { type BodyBinding, compileRoutes, type Route } from "./compile.ts";
export { checkJsonMessage } from "./decode.ts";
export { TranscodingError, type TranscodingErrorInit, type Violation } from "./errors.ts";
export type { EventStream, ServerSentEvent } from "./event-stream.ts";
export { renderFrameworkErrors } from "./fastify-errors.ts";
export { invokeUnary, type UnaryCall, type UnaryOutcome, type UnarySpec } from "./invoke.ts";
export { type Match, RouteTable } from "./match.ts";
export { type RestPluginOptions, restPlugin } from "./plugin.ts";
export {
  codeName,
  type ErrorRequest,
  httpStatusOf,
  type RenderError,
  type RenderedError,
  renderProblem,
} from "./problem.ts";
export {
  createTranscoder,
  type RestRequest,
  type RestResponse,
  type Transcoder,
  type TranscoderOptions,
} from "./transcoder.ts";
