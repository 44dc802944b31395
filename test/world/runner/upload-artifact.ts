import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import type { GitHub } from "../github/github.ts";
import type { WorkflowRun } from "../github/runs.ts";
import type { JobLog } from "./commands.ts";
import { interpolateText, UnknownToRunner, type Contexts } from "./expression.ts";

const INPUTS = ["name", "path", "if-no-files-found"];

/** actions/upload-artifact for one file: a zip whose only entry is the file's name. */
export async function uploadArtifact(
  given: Record<string, unknown>,
  contexts: Contexts,
  { github, run, log }: { github: GitHub; run: WorkflowRun; log: JobLog },
): Promise<"success" | "failure"> {
  const odd = Object.keys(given).find((name) => !INPUTS.includes(name));
  if (odd !== undefined) throw new UnknownToRunner(`the input ${odd} of actions/upload-artifact`);
  const [name, path] = [given["name"], given["path"]].map((value) => interpolateText(value, contexts)) as [
    string,
    string,
  ];
  const missing = given["if-no-files-found"] ?? "warn";
  if (missing !== "warn") throw new UnknownToRunner(`if-no-files-found: ${String(missing)}`);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (bytes === null) {
    log.line(`##[warning]No files were found with the provided path: ${path}. No artifacts will be uploaded.`);
    return "success";
  }
  const zip = new ZipFile();
  zip.addBuffer(bytes, basename(path), { mode: 0o100644 });
  zip.end();
  try {
    const artifact = github.runs.upload(run, name, await buffer(zip.outputStream));
    log.line(`Artifact ${name} has been successfully uploaded! Artifact ID ${artifact.id}`);
    return "success";
  } catch (error) {
    log.line(
      `##[error]Failed to CreateArtifact: Received non-retryable error: (409) Conflict: ${(error as Error).message}`,
    );
    return "failure";
  }
}
