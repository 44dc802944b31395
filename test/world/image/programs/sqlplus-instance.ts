import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { openWire, endpointFile, type Wire } from "../database/wire.ts";
import { imageProfile } from "./surroundings.ts";

interface Connected {
  root: string;
  wire: Wire | null;
  idle: boolean;
  /** A line. */
  print(text: string): void;
}

/** STARTUP [NOMOUNT is refused]: a background process becomes the instance. */
export async function startUp(program: Connected, rest: string): Promise<void> {
  if (rest !== "" && rest.toUpperCase() !== "OPEN")
    return program.print(`SP2-0714: invalid combination of STARTUP options: ${rest}`);
  if (!program.idle) return program.print("ORA-01081: cannot start already-running ORACLE - shut it down first");
  const pmon = join(dirname(process.argv[1]!), "../bin/pmon");
  // Its output goes to the container's log only until it is up; then it must not keep the caller's pipe open.
  const child = spawn(pmon, [], { stdio: ["ignore", "pipe", "ignore"] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line === "MOUNTED") break;
  }
  child.stdout.destroy();
  child.unref();
  if (!lines.includes("MOUNTED")) return program.print(lines.join("\n"));
  const { sid } = imageProfile(program.root);
  program.wire = await openWire(program.root, sid);
  program.idle = false;
  program.print("ORACLE instance started.\nDatabase mounted.");
  await program.wire?.ask({
    op: "logon",
    request: { user: null, password: null, sysdba: true, service: null, pdbSid: null, program: "base" },
  });
  const reply = await program.wire?.ask({ op: "open" });
  program.print(reply?.kind === "error" ? reply.text : "Database opened.");
}

/** SHUTDOWN [IMMEDIATE | ABORT]. */
export async function shutDown(program: Connected, rest: string): Promise<void> {
  if (!/^(IMMEDIATE|ABORT|NORMAL|TRANSACTIONAL|)$/i.test(rest))
    return program.print("SP2-0717: illegal SHUTDOWN option");
  if (!program.wire)
    return program.print("ORA-01034: The Oracle instance is not available for use. Start the instance.");
  await program.wire.ask({ op: "shutdown" });
  program.wire.close();
  program.wire = null;
  const file = endpointFile(program.root, imageProfile(program.root).sid);
  while (existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  program.idle = true;
  program.print("Database closed.\nDatabase dismounted.\nORACLE instance shut down.");
}
