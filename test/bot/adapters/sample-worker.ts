import { serveCalls } from "../../../bot/adapters/serve-calls.ts";
import { SAMPLE_FUNCTIONS } from "./sample-functions.ts";

serveCalls(SAMPLE_FUNCTIONS);
