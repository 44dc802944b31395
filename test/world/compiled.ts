import { join } from "node:path";

/** Where processes of Node keep what they compiled (NODE_COMPILE_CACHE): the same files are started hundreds of times. */
export const COMPILED = join(import.meta.dirname, "../../node_modules/.cache/seedbed-compiled");
