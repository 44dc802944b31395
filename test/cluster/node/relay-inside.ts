// relay-inside.ts FOLDER PORT…: in a network of its own, where each port of the machine's loopback address is a socket of the folder.
import { join } from "node:path";
import { relay } from "./relay.ts";

const [folder = "", ...ports] = process.argv.slice(2);
for (const port of ports) await relay({ port: Number(port) }, { path: join(folder, port) });
process.stdout.write("ready\n");
