export { createPayPalConnector as createConnector } from "./connector.ts";
