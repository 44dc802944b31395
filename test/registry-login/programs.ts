import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A folder of executables, first on a PATH of its own, and what was asked of them. */
export class Programs {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Programs> {
    return new Programs(await mkdtemp(join(tmpdir(), "seedbed-programs-")));
  }

  /** PATH with this folder first. */
  get path(): string {
    return `${this.folder}${delimiter}${process.env["PATH"] ?? ""}`;
  }

  /** A bash program; it has `$HERE`, this folder, and notes its arguments and its input in `$HERE/<name>.calls`. */
  async add(name: string, lines: string[], { reads = true } = {}): Promise<void> {
    const read = reads ? ["input=$(cat)", `printf '%s|%s\\n' "$*" "$input" >> "$HERE/${name}.calls"`] : [];
    const text = ["#!/bin/bash", `HERE='${this.folder}'`, ...read, ...lines];
    await mkdir(this.folder, { recursive: true });
    await writeFile(join(this.folder, name), `${text.join("\n")}\n`);
    await chmod(join(this.folder, name), 0o755);
  }

  /** A credential helper as docker/docker-credential-helpers serves them (credentials/credentials.go, Get). */
  addHelper(name: string, login: { username: string; secret: string }): Promise<void> {
    const answer = `{"ServerURL":"%s","Username":${JSON.stringify(login.username)},"Secret":${JSON.stringify(login.secret)}}\\n`;
    return this.add(`docker-credential-${name}`, [`printf '${answer}' "$input"`]);
  }

  /** One line per call: its arguments, `|`, its standard input. */
  async calls(name: string): Promise<string[]> {
    const text = await readFile(join(this.folder, `${name}.calls`), "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }

  /** What a program wrote into a file of this folder. */
  async wrote(file: string): Promise<string> {
    return await readFile(join(this.folder, file), "utf8").catch(() => "");
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Whether a process is there, a zombie not counted. */
export async function isRunning(id: number): Promise<boolean> {
  const state = await readFile(`/proc/${id}/stat`, "utf8").catch(() => null);
  return state !== null && !/\) Z /.test(state);
}
