import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const BUILD = join(import.meta.dirname, "programs/build.sh");

/** What is missing here for a real control plane, in words that end "skipped: … needs"; null where nothing is. */
export function missingForControlPlane(): string | null {
  if (process.platform !== "linux") return "Linux";
  if (process.env["SEEDBED_CLUSTER_ASSETS"]) return null;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => isExecutable(join(folder, "go")))
    ? null
    : "Go, or a folder with the programs in SEEDBED_CLUSTER_ASSETS";
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let built: Promise<string> | undefined;

/**
 * The folder with the programs of a cluster: `bin/` and, where the node's packages can be had, `root/`.
 * Builds them where they are not there yet, or waits for whoever is at it; the error has the last words of the build.
 */
export function clusterAssets(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(BUILD, { maxBuffer: 64 << 20 });
    return stdout.trim();
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(
      `The programs of the cluster cannot be built.\n${stderr.trim().split("\n").slice(-15).join("\n")}`,
      {
        cause: error,
      },
    );
  }
}
