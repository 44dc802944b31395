#!/usr/bin/env node
import { explainOldNode } from "./cli/node-version.ts";

// An older Node cannot even read the bundle: this file is read first, and nothing in it is new.
const refusal = explainOldNode(process.versions.node);
if (refusal === null) await import("./cli.ts");
else {
  process.stderr.write(refusal);
  process.exitCode = 2;
}
