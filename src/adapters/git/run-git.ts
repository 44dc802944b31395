import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SeedbedError } from "../../problem/error.ts";

const run = promisify(execFile);

/** Before every command: without these a user's configuration could change the output format. */
export const PLAIN_OUTPUT = ["-c", "core.quotepath=off", "-c", "color.ui=never"];

/** What a git command prints. Throws `git-failed` with what it says instead. */
export async function runGit(args: string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run("git", [...PLAIN_OUTPUT, ...args], {
      cwd,
      maxBuffer: 256 * 1024 * 1024,
      encoding: "buffer",
    });
    return stdout.toString("utf8");
  } catch (cause) {
    throw gitFailed(args[0]!, (cause as { stderr?: Buffer }).stderr?.toString("utf8").trim() ?? String(cause), cause);
  }
}

/** The error of a git command that did not do its work. */
export function gitFailed(command: string, said: string, cause?: unknown): SeedbedError {
  return new SeedbedError("git-failed", `git ${command} failed: ${said}`, {
    fix: "Run the command inside a git checkout of the repository that holds environments/.",
    cause,
  });
}
