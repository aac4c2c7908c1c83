export { createAdyenConnector as createConnector } from "./connector.ts";
