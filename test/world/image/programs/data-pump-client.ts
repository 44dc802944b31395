import { createInterface } from "node:readline";
import { openWire, type Reply, type Wire } from "../database/wire.ts";
import { parseLogon } from "./connect-string.ts";
import { readParfile, type ParameterFile } from "./parfile.ts";
import { containerRoot, imageProfile } from "./surroundings.ts";

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** impdp and expdp: `parfile=…` alone; everything else would put a password where every process can read it. */
export async function runClient(operation: "IMPORT" | "EXPORT", argv: string[]): Promise<number> {
  const prefix = operation === "IMPORT" ? "UDI" : "UDE";
  const root = containerRoot();
  say(`\n${operation === "IMPORT" ? "Import" : "Export"}: Release 23.26.0.0.0 - Production\n`);
  const parfile = argv.length === 1 ? /^-?parfile=(.+)$/i.exec(argv[0]!)?.[1] : undefined;
  if (parfile === undefined) {
    say("SEEDBED-WORLD: only parfile=… is accepted on the command line: a password there is readable by every process");
    return 1;
  }
  const parameters = readParfile(parfile, operation);
  if (typeof parameters === "string") {
    say(parameters);
    return 1;
  }
  const wire = await logOn({ root, prefix, program: operation === "IMPORT" ? "impdp" : "expdp" }, parameters);
  if (!wire) return 1;
  const status =
    parameters.attach === null
      ? await follow(wire, { op: "data-pump", job: parameters.request })
      : await attached(wire, parameters.attach, operation);
  wire.close();
  return status;
}

async function logOn(
  client: { root: string; prefix: string; program: string },
  parameters: ParameterFile,
): Promise<Wire | null> {
  const logon = parseLogon(parameters.userid.replace(/^"(.* as sysdba)"$/i, "$1").replace(/^'(.*)'$/, "$1"), {
    root: client.root,
    env: process.env,
  });
  const refuse = (text: string): null => {
    say(`\n${client.prefix}-00010: operation generated ORACLE error\n${text}`);
    return null;
  };
  if (!logon) return refuse("LRM-00109: the userid parameter cannot be read");
  const wire = await openWire(client.root, imageProfile(client.root).sid);
  if (!wire) return refuse("ORA-01034: The Oracle instance is not available for use. Start the instance.");
  const reply = await wire.ask({ op: "logon", request: { ...logon.request, program: client.program } });
  if (reply?.kind === "done") return wire;
  wire.close();
  return refuse(reply?.kind === "error" ? reply.text : "ORA-03113: end-of-file on communication channel");
}

async function follow(wire: Wire, request: Record<string, unknown>): Promise<number> {
  for (let reply: Reply | null = await wire.ask(request); ; reply = await wire.more()) {
    if (reply === null) {
      say("\nUDI-03113: operation generated ORACLE error 3113\nORA-03113: end-of-file on communication channel");
      return 1;
    }
    if (reply.kind === "exit") return reply.status;
    say(reply.kind === "log" || reply.kind === "error" ? reply.text : "");
    if (reply.kind === "error") return 1;
  }
}

/** The prompt of an attached client: its commands come from stdin. */
async function attached(wire: Wire, job: string, operation: "IMPORT" | "EXPORT"): Promise<number> {
  const prompt = operation === "IMPORT" ? "Import> " : "Export> ";
  const bare = job.replaceAll('"', "").toUpperCase();
  if ((await follow(wire, { op: "attach", job: bare, command: "status" })) !== 0) return 1;
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  for (;;) {
    process.stdout.write(prompt);
    const { value, done } = await lines.next();
    const command = done ? "EXIT_CLIENT" : String(value).trim().toUpperCase();
    if (command === "EXIT_CLIENT" || command === "EXIT") return 0;
    if (command === "") continue;
    if (command === "STATUS") await follow(wire, { op: "attach", job: bare, command: "status" });
    else if (!/^(STOP_JOB(=IMMEDIATE)?|KILL_JOB)$/.test(command))
      say(`UDI-00053: unrecognized client command '${command}'`);
    else if (await agreed(lines))
      return follow(wire, { op: "attach", job: bare, command: command === "KILL_JOB" ? "kill" : "stop" });
  }
}

async function agreed(lines: AsyncIterator<string>): Promise<boolean> {
  process.stdout.write("Are you sure you wish to stop this job ([yes]/no): ");
  const { value } = await lines.next();
  return /^(yes|y|)$/i.test(String(value ?? "no").trim());
}
