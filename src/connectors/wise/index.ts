export { createWiseConnector as createConnector } from "./connector.ts";
