export { createItauConnector as createConnector } from "./connector.ts";
