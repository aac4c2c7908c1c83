export { createDwollaConnector as createConnector } from "./connector.ts";
