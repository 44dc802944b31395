import { serveCalls } from "./adapters/serve-calls.ts";
import { pullFunctions } from "./decide/pull/pull-functions.ts";

/** A thread of the bot that judges what strangers wrote. */
serveCalls(pullFunctions);
