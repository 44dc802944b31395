import { runClient } from "./data-pump-client.ts";

process.exitCode = await runClient("IMPORT", process.argv.slice(2));
