import { runSqlplus } from "./run-sqlplus.ts";
import { containerRoot, readInput } from "./surroundings.ts";

process.exitCode = await runSqlplus({
  root: containerRoot(),
  cwd: process.cwd(),
  env: process.env,
  argv: process.argv.slice(2),
  input: await readInput(),
  print: (text) => void process.stdout.write(text),
});
