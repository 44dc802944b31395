import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What the demo needs and this machine does not have; empty if the demo can run. */
export function findMissing(): string[] {
  const missing: string[] = [];
  if (process.platform !== "linux") missing.push(`Linux (this is ${process.platform})`);
  if (Number.parseInt(process.versions.node, 10) < 24)
    missing.push(`Node 24 (this is ${process.versions.node}): npm ci installs it, npm run demo uses it`);
  const bash = firstLine("bash", ["--version"]);
  const [, major = "0", minor = "0"] = /version (\d+)\.(\d+)/.exec(bash) ?? [];
  if (Number(major) * 100 + Number(minor) < 402) missing.push(`bash 4.2 or newer (${bash || "not found"})`);
  const programs = firstLine("git", ["--exec-path"]);
  if (programs === "") missing.push("git");
  else if (!existsSync(join(programs, "git-http-backend")))
    missing.push("git http-backend (part of git's own package)");
  for (const tool of ["tar", "awk", "sed", "grep", "gzip", "sha256sum"])
    if (firstLine("bash", ["-c", `command -v ${tool}`]) === "") missing.push(tool);
  return missing;
}

function firstLine(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0] ?? "";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || (error as { status?: number }).status !== undefined)
      return "";
    throw error;
  }
}
