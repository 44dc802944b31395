import { fileURLToPath } from "node:url";
import { runPost } from "./action/run-post.ts";
import { openActionBench } from "./adapters/actions/bench.ts";

const cancel = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => cancel.abort());

const runtime = fileURLToPath(new URL("./container/runtime", import.meta.url));
await runPost(openActionBench(process.env, runtime, cancel.signal));
