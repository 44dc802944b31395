import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { OraError } from "../../oracle/engine.ts";
import type { DataPumpRequest } from "../database/data-pump-checks.ts";
import { attachDataPump, startDataPump } from "../database/data-pump.ts";
import {
  endTransaction,
  journal,
  mountInstance,
  openDatabase,
  type Instance,
  type Session,
} from "../database/instance.ts";
import { logOn, type LogonRequest } from "../database/logon.ts";
import { runStatement } from "../database/run-statement.ts";
import { registerServices } from "../database/registration.ts";
import { endpointFile, type Reply } from "../database/wire.ts";
import { ScriptServer, scriptsFile } from "./script-server.ts";
import { containerRoot, imageProfile, processBegin } from "./surroundings.ts";

// The instance: one background process that holds the database. When it is killed, the instance is gone.

type Request =
  | { op: "hello"; key: string }
  | { op: "logon"; request: LogonRequest }
  | { op: "execute"; sql: string; tag: string | null }
  | { op: "open" }
  | { op: "shutdown" }
  | { op: "data-pump"; job: DataPumpRequest }
  | { op: "attach"; job: string; command: "stop" | "kill" | "status" };

const root = containerRoot();
const profile = imageProfile(root);

interface Client {
  socket: Socket;
  session: Session | null;
  admitted: boolean;
}

function reply(socket: Socket, answer: Reply): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
}

const done = (message: string | null = null): Reply => ({ kind: "done", message, columns: [], rows: [], output: [] });

async function serve(instance: Instance, key: string, socket: Socket): Promise<void> {
  const client: Client = { socket, session: null, admitted: false };
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    if (!client.session) return;
    endTransaction(instance, client.session, false);
    instance.sessions.delete(client.session);
  });
  for await (const line of createInterface({ input: socket })) {
    const request = JSON.parse(line) as Request;
    if (!client.admitted && (request.op !== "hello" || request.key !== key)) return void socket.destroy();
    await answer(instance, client, request).catch((error: unknown) => refuse(client, error));
    if (client.session?.killed) socket.end();
  }
}

function refuse(client: Client, error: unknown): void {
  if (!(error instanceof OraError)) throw error;
  reply(client.socket, { kind: "error", code: error.code, text: error.message, output: takeOutput(client) });
}

function takeOutput(client: Client): string[] {
  return client.session?.output.splice(0) ?? [];
}

async function answer(instance: Instance, client: Client, request: Request): Promise<void> {
  const { socket } = client;
  switch (request.op) {
    case "hello":
      client.admitted = true;
      return reply(socket, done());
    case "logon":
      client.session = logOn(instance, request.request);
      return reply(socket, done());
    case "execute":
      return execute(instance, client, request);
    case "open":
      openDatabase(instance);
      registerServices(root);
      journal(instance, { program: "base", event: "startup", tag: null });
      return reply(socket, done("Database opened."));
    case "shutdown":
      journal(instance, { program: "base", event: "shutdown", tag: null });
      reply(socket, done("ORACLE instance shut down."));
      return end(instance);
    case "data-pump":
      return startDataPump({ instance, session: client.session!, reply: (each) => reply(socket, each) }, request.job);
    default:
      return attachDataPump({ instance, session: client.session!, reply: (each) => reply(socket, each) }, request);
  }
}

async function execute(
  instance: Instance,
  client: Client,
  request: { sql: string; tag: string | null },
): Promise<void> {
  const session = client.session!;
  session.tag = request.tag;
  const work = runStatement(instance, session, request.sql);
  for (;;) {
    const step = work.next();
    if (step.done) {
      const { message, columns, rows } = step.value;
      const plain = rows.map((row) =>
        row.map((value) => (value instanceof Date ? value.toISOString().slice(0, 19).replace("T", " ") : value)),
      );
      return reply(client.socket, { kind: "done", message, columns, rows: plain, output: takeOutput(client) });
    }
    await new Promise((resolve) => setTimeout(resolve, step.value));
    if (client.socket.destroyed || session.killed) return;
  }
}

function end(instance: Instance): void {
  scripts?.close();
  rmSync(endpointFile(root, instance.sid), { force: true });
  server.close();
  for (const socket of sockets) socket.end();
  setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, 50).unref();
}

const sockets = new Set<Socket>();
const server = createServer();
let scripts: ScriptServer | null = null;

function start(): void {
  const instance = mountInstance(root, profile);
  const key = randomBytes(16).toString("hex");
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    void serve(instance, key, socket);
  });
  server.listen(0, "127.0.0.1", () => void announce(endpointFile(root, instance.sid), key));
}

async function announce(file: string, key: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  scripts = new ScriptServer(root, key, scriptsFile(file));
  await scripts.listen();
  const { port } = server.address() as AddressInfo;
  writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, begin: processBegin(process.pid), port, key }));
  renameSync(`${file}.new`, file);
  process.stdout.write("MOUNTED\n");
}

try {
  // A second instance in one container is refused by the edition. /dev/shm outlives a killed container, with the file of its instance.
  const file = endpointFile(root, profile.sid);
  const other = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { pid: number; begin: string }) : null;
  if (other !== null && processBegin(other.pid) === other.begin)
    throw new OraError(442, ["ORA-00442: Oracle AI Database Free single instance violation detected"]);
  start();
} catch (error) {
  if (!(error instanceof OraError)) throw error;
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
