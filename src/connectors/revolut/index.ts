export { createRevolutConnector as createConnector } from "./connector.ts";
