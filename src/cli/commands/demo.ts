import type { AddCommand } from "../add-command.ts";

/** `seedbed demo`: plays the whole story against simulated systems. */
export const addDemo: AddCommand = (program, bench, finish) => {
  program
    .command("demo")
    .description(
      "play the whole story against simulated systems on this machine: no Oracle, no cluster, no network (only in a clone of Seedbed's repository)",
    )
    .option("--keep <folder>", "keep all files of the demo in this folder")
    .action(async ({ keep }: { keep?: string }) => {
      finish((await bench.demo(keep === undefined ? [] : ["--keep", keep])) === 0 ? 0 : 2);
    });
};
