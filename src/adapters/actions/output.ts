import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as core from "@actions/core";
import type { StepOutput } from "../../ports/step-output.ts";
import { showInJob } from "../../text/workflow-commands.ts";

/** Sends a step's outputs to its runner, by workflow commands and command files. `temporary` is RUNNER_TEMP. */
export function openStepOutput(temporary: string): StepOutput {
  return {
    mask: (secret) => core.setSecret(secret),
    set: (name, value) => core.setOutput(name, value),
    save: (name, value) => core.saveState(name, value),
    summarize: async (markdown) => {
      await core.summary.addRaw(markdown, true).write();
    },
    fail: (text, title) => core.error(showInJob(text), { title: showInJob(title) }),
    keepResult: async (text) => {
      const folder = join(temporary, "seed-result");
      await mkdir(folder, { recursive: true });
      const path = join(folder, "seed-result.json");
      await writeFile(path, text);
      return path;
    },
  };
}
