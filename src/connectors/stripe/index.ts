export { createStripeConnector as createConnector } from "./connector.ts";
