/** Where a repository of requests keeps its databases: one folder each. */
export const ENVIRONMENTS = "environments";

/** Where the settings stand. */
export const SETTINGS_PATH = ".github/seedbed.yml";

/** The workflow that runs the Action. */
export const WORKFLOW_PATH = ".github/workflows/provision.yml";

/** The bundle that deploys nothing: while it is there, Fleet never finds nothing at all. */
export const MARKER = { fleet: ".github/seedbed/marker/fleet.yaml", object: ".github/seedbed/marker/marker.yaml" };
