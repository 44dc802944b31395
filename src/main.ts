import { fileURLToPath } from "node:url";
import { runAction } from "./action/run-action.ts";
import { openActionBench } from "./adapters/actions/bench.ts";
import { sayLastWords } from "./adapters/process/last-words.ts";
import { describeError } from "./problem/describe-error.ts";

const cancel = new AbortController();
// A runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL: the post step handles what takes longer.
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => cancel.abort());

const runtime = fileURLToPath(new URL("./container/runtime", import.meta.url));
const bench = openActionBench(process.env, runtime, cancel.signal);
sayLastWords((error) => bench.output.fail(describeError(error), "seedbed"));
// No process.exit(): a busy process can hang in it, and handles that stay open are bugs to be found.
process.exitCode = await runAction(bench);
