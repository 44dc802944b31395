import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program is on the machine. Where every suite must run, a missing one is an error and not a skip. */
export function needs(program: string): boolean {
  if (onPath(program)) return true;
  if (process.env["SEEDBED_REQUIRE_ALL"] === "1")
    throw new Error(`${program} is not installed, and SEEDBED_REQUIRE_ALL=1 makes a skipped suite a failure.`);
  process.stderr.write(`skipped: needs ${program}, which is not on this machine\n`);
  return false;
}

function onPath(program: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
