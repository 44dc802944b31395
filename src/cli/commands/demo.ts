import type { AddCommand } from "../program.ts";

/** `seedbed demo`: the whole story on stand-ins. */
export const addDemo: AddCommand = (program, bench, finish) => {
  program
    .command("demo")
    .description(
      "tell the whole story on stand-ins on this machine: no Oracle, no cluster, no network (in a clone of Seedbed's repository only)",
    )
    .option("--keep <folder>", "leave everything that the world wrote in this folder")
    .action(async ({ keep }: { keep?: string }) => {
      finish((await bench.demo(keep === undefined ? [] : ["--keep", keep])) === 0 ? 0 : 2);
    });
};
