import { fileURLToPath } from "node:url";
import { runPost } from "./action/run-post.ts";
import { openActionBench } from "./adapters/actions/bench.ts";
import { sayLastWords } from "./adapters/process/last-words.ts";
import { describeError } from "./problem/describe-error.ts";

const cancel = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => cancel.abort());

const runtime = fileURLToPath(new URL("./container/runtime", import.meta.url));
const bench = openActionBench(process.env, runtime, cancel.signal);
sayLastWords((error) => bench.output.fail(describeError(error), "seedbed"));
await runPost(bench);
