#!/usr/bin/env node

// src/cli/node-version.ts
var LEAST = 24;
function explainOldNode(version) {
  if (Number.parseInt(version, 10) >= LEAST) return null;
  return `error[old-node]: Seedbed needs Node ${LEAST} or newer, and this is Node ${version}.
  = fix: Install Node ${LEAST} from https://nodejs.org, or put it first in PATH, then run the command again.
`;
}

// src/launch.ts
var refusal = explainOldNode(process.versions.node);
if (refusal === null) await import("./seedbed.js");
else {
  process.stderr.write(refusal);
  process.exitCode = 2;
}
