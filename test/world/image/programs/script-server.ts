import { rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Wire } from "../database/wire.ts";
import { runSqlplus } from "./run-sqlplus.ts";

// Runs the scripts of sqlplus.sh inside the instance's process, over connections of their own like any client.
//
// client:  key, working directory, number of arguments, each argument: one line each
// server:  ready
// client:  stdin, byte for byte, and the key again as its end
// server:  `lost STATUS` for each change of the exit status that a loss of the instance would have; then either
//          `done STATUS` and the output, or `whole` and stdin: the client has to run this script by itself

interface Head {
  cwd: string;
  argv: string[];
  /** Where stdin begins. */
  end: number;
}

/** Commands of SQL*Plus that start or stop an instance, or read a file that may have them. */
const NOT_HERE = /^\s*(startup|shutdown|start\s|@)/im;

/** How scripts find the server: its port and key in a file, gone or stale when the instance is not there. */
export function scriptsFile(endpointFile: string): string {
  return endpointFile.replace(/\.json$/, ".scripts");
}

export class ScriptServer {
  readonly #root: string;
  readonly #key: string;
  readonly #file: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(root: string, key: string, file: string) {
    this.#root = root;
    this.#key = key;
    this.#file = file;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    writeFileSync(this.#file, `${(this.#server.address() as AddressInfo).port} ${this.#key}\n`);
  }

  /** Clients that are still there find their instance gone. */
  close(): void {
    rmSync(this.#file, { force: true });
    this.#server.close();
    for (const socket of this.#sockets) socket.end();
    setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, 50).unref();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let head: Head | null = null;
    let bytes = Buffer.alloc(0);
    const read = (part: Buffer): void => {
      bytes = Buffer.concat([bytes, part]);
      if (!head) {
        head = this.#readHead(bytes);
        if (head) socket.write("ready\n");
        else if (bytes.length >= this.#key.length && !this.#knowsKey(bytes)) socket.destroy();
      }
      if (!head || !bytes.subarray(head.end).toString("latin1").endsWith(this.#key)) return;
      socket.off("data", read);
      const input = bytes.subarray(head.end, bytes.length - this.#key.length).toString("utf8");
      void this.#run(socket, head, input);
    };
    socket.on("data", read);
  }

  #knowsKey(bytes: Buffer): boolean {
    return bytes.subarray(0, this.#key.length).toString("latin1") === this.#key;
  }

  /** null while not all of it is there. */
  #readHead(bytes: Buffer): Head | null {
    if (!this.#knowsKey(bytes)) return null;
    const lines = bytes.toString("utf8").split("\n");
    const count = 3 + Number(lines[2] ?? Number.NaN);
    if (!(lines.length > count)) return null;
    const head = lines.slice(0, count);
    return { cwd: head[1]!, argv: head.slice(3), end: Buffer.byteLength(`${head.join("\n")}\n`) };
  }

  async #run(socket: Socket, { cwd, argv }: Head, input: string): Promise<void> {
    if (argv.at(-1)?.startsWith("@") || NOT_HERE.test(input)) return void socket.end(`whole\n${input}`);
    const output: string[] = [];
    let wire: Wire | null = null;
    // What a dead client has not committed is rolled back.
    socket.resume();
    socket.on("close", () => wire?.close());
    const status = await runSqlplus({
      root: this.#root,
      cwd,
      env: {},
      argv,
      input,
      print: (text) => void output.push(text),
      onRule: (lost) => void socket.write(`lost ${lost}\n`),
      onWire: (opened) => {
        wire = opened;
        if (socket.destroyed) opened.close();
      },
    }).catch((error: unknown) => {
      output.push(String(error instanceof Error ? error.stack : error));
      return 70;
    });
    socket.end(`done ${status}\n${output.join("")}`);
  }
}
