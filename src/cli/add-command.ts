import type { Command } from "commander";
import type { Bench, ExitCode } from "./bench.ts";

/** Adds a command; its action calls `finish` with the exit code. */
export type AddCommand = (program: Command, bench: Bench, finish: (code: ExitCode) => void) => void;
