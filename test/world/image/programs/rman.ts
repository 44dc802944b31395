import { readFileSync } from "node:fs";
import { openWire } from "../database/wire.ts";
import { containerRoot, imageProfile, readInput } from "./surroundings.ts";

// RMAN as the runtime may use it: VALIDATE reads, BACKUP of an open NOARCHIVELOG database is refused.

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

function stack(command: string, ...errors: string[]): void {
  say(
    `RMAN-00571: ===========================================================\nRMAN-00569: =============== ERROR MESSAGE STACK FOLLOWS ===============`,
  );
  say(`RMAN-03002: failure of ${command} command at ${new Date().toISOString()}\n${errors.join("\n")}`);
}

/** Whether the command succeeded. */
function run(command: string): boolean {
  const word = command.split(/\s+/)[0]!.toLowerCase();
  if (/^validate( check logical)? (database|pluggable database \S+)$/i.test(command)) {
    say(
      "channel ORA_DISK_1: starting validation of datafile\nList of Datafiles\n=================\nFile Status Marked Corrupt Empty Blocks Blocks Examined High SCN\n1    OK     0              12           1280            2100001\nFinished validate",
    );
    return true;
  }
  if (word === "backup") {
    stack("backup", "RMAN-06149: cannot BACKUP DATABASE in NOARCHIVELOG mode");
    return false;
  }
  if (word === "exit" || word === "quit") return true;
  say(
    "RMAN-00571: ===========================================================\nRMAN-00569: =============== ERROR MESSAGE STACK FOLLOWS ===============",
  );
  say(
    `RMAN-00558: error encountered while parsing input commands\nRMAN-01009: syntax error: found "identifier": expecting one of: "backup, validate": ${command}`,
  );
  return false;
}

async function main(argv: string[]): Promise<number> {
  const root = containerRoot();
  const text = argv.join(" ");
  if (!/^target \/( |$)/i.test(text)) {
    stack(
      "connect",
      "RMAN-04004: only target / is accepted here: a password on the command line is readable by every process",
    );
    return 1;
  }
  const wire = await openWire(root, imageProfile(root).sid);
  wire?.close();
  if (!wire) {
    say("connected to target database (not started)");
    stack(
      "validate",
      "RMAN-06403: could not obtain a fully authorized session",
      "ORA-01034: The Oracle instance is not available for use. Start the instance.",
    );
    return 1;
  }
  const file = /cmdfile\s*=?\s*'?([^\s']+)'?/i.exec(text)?.[1];
  const commands = (file ? readFileSync(file, "utf8") : await readInput())
    .replace(/#.*$/gm, "")
    .split(";")
    .map((line) => line.trim().replace(/\s+/g, " "))
    .filter(Boolean);
  let failed = false;
  for (const command of commands) {
    if (run(command)) continue;
    failed = true;
    // A command file ends at the first error; the interactive prompt continues.
    if (file) break;
  }
  return failed ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
