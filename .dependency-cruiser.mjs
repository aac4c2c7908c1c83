/** Imports go one way; CONTRIBUTING.md says which, and why. */
const layer = (name) => `^src/${name}/`;
const forbid = (name, from, to, comment) => ({
  name,
  severity: "error",
  comment,
  from,
  to: { path: to },
});

export default {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      from: { path: "^src" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    forbid(
      "domain-is-pure",
      { path: layer("domain") },
      "^(src/(?!domain/)|gen/)|^(node:|fs$|net$|http|crypto$)",
      "The domain knows no other layer and does no I/O.",
    ),
    forbid(
      "connectors-translate",
      { path: layer("connectors") },
      "^src/(repository|service|engine|transport|worker|web|app)",
      "A connector translates; the engine decides.",
    ),
    {
      name: "connectors-apart",
      severity: "error",
      comment: "A connector is one folder and touches no other.",
      from: { path: "^src/connectors/([^/]+)/" },
      to: { path: "^src/connectors/[^/]+/", pathNot: "^src/connectors/($1|toolkit)/" },
    },
    forbid(
      "sandbox-processor-is-another-system",
      { path: layer("sandbox-processor") },
      "^(src/(?!sandbox-processor/)|gen/)",
      "The pretended processor shares nothing with the service but the wire.",
    ),
    forbid(
      "net-stands-alone",
      { path: layer("net") },
      "^(src/(?!net/)|gen/)",
      "Who may be dialled is decided by addresses alone.",
    ),
    forbid(
      "interfaces-only",
      { path: "^src/(engine|service|worker)/" },
      "^src/(repository/(sqlite|schema)|connectors/[^/]+/|transport|web|app|config)",
      "Use cases and engine know the repository's interface and the connector contract, never an implementation.",
    ),
    forbid(
      "engine-below-service",
      { path: layer("engine") },
      "^src/(service|worker)/",
      "Services use the engine, not the other way round.",
    ),
    forbid(
      "repository-stores",
      { path: layer("repository") },
      "^src/(engine|service|transport|worker|web|connectors|app|config)",
      "The repository stores; it decides nothing and calls nobody.",
    ),
    {
      name: "nobody-imports-transport",
      severity: "error",
      from: { path: "^src", pathNot: "^src/(transport/|app\\.ts$)" },
      to: { path: layer("transport") },
    },
    {
      name: "rest-stands-alone",
      severity: "error",
      comment: "The transcoder and reflection could be published by themselves.",
      from: { path: "^src/transport/(rest|reflection)/" },
      to: { path: "^src/", pathNot: "^src/transport/$1/" },
    },
    forbid(
      "nobody-imports-the-command-line",
      { path: "^src/(?!cli(/|\\.ts$))" },
      layer("cli"),
      "The command line is at the top, beside main.",
    ),
    forbid(
      "only-main-imports-app",
      { path: "^src", pathNot: "^src/main\\.ts$" },
      "^src/app\\.ts$",
      "The composition root is at the top.",
    ),
    forbid(
      "client-is-another-package",
      { path: "^client/src/" },
      "^src/|^gen/(grpc|buf)/|^(node:|fs$|net$|http|crypto$)",
      "The package for callers has the contract and nothing of the service, and runs in browsers.",
    ),
    {
      name: "nobody-imports-the-client",
      severity: "error",
      from: { path: "^src" },
      to: { path: "^client/" },
    },
    {
      name: "run-time-dependencies-only",
      severity: "error",
      comment: "But for what is bundled into dist/pages: nobody who runs the service installs it.",
      from: { path: "^src", pathNot: "^src/web/docs/script/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    { name: "resolvable", severity: "error", from: { path: "^(src|client)" }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules|^gen/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"], exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
