import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const { documentElement: root } = document;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => root.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);

SwaggerUI({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  // By tags as the document has them; the schemas are reached from the operations.
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  // Two ways to ask others about the document, and one to keep API keys in the browser.
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
});
