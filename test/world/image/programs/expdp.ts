import { runClient } from "./data-pump-client.ts";

process.exitCode = await runClient("EXPORT", process.argv.slice(2));
