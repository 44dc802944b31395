import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { SeedbedError } from "../../problem/error.ts";
import { decodeUtf8 } from "../../text/utf8.ts";

/**
 * Docker's configuration of the user, `config.json` in the folder DOCKER_CONFIG or else `~/.docker` (docker/cli
 * cli/config/config.go, Dir); `text` is null where there is none.
 */
export async function readDockerConfig(
  environment: Record<string, string | undefined>,
): Promise<{ path: string; text: string | null }> {
  const folder = environment["DOCKER_CONFIG"] || join(environment["HOME"] || homedir(), ".docker");
  const path = join(folder, "config.json");
  try {
    const text = decodeUtf8(await readFile(path));
    if (text !== null) return { path, text };
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    if (cause.code === "ENOENT") return { path, text: null };
    throw unreadable(cause.message, path, cause);
  }
  throw unreadable(`${path} is not UTF-8 text`, path);
}

function unreadable(why: string, path: string, cause?: Error): SeedbedError {
  return new SeedbedError("docker-config-unreadable", `The docker configuration cannot be read: ${why}.`, {
    fix: `Make ${path} a file that this user can read, or set DOCKER_CONFIG to a folder with another one. No connection was made to the registry.`,
    ...(cause ? { cause } : {}),
  });
}
