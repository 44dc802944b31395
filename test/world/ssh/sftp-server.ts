import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, stat, statfs, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { demandPermission, normalize, resolveServed } from "./served-folders.ts";
import { encode, encodeStats, packet, Reader, status } from "./sftp-wire.ts";
import type { SftpSurroundings } from "./state.ts";

/** SFTP_MAX_READ_LENGTH of OpenSSH. */
export const openSshReadLimit = 256 * 1024 - 1024;

type Handle = { kind: "file"; file: FileHandle } | { kind: "folder"; real: string; rest: string[] };
type Status = keyof typeof status;

/** Requests of one SFTP session, answered as OpenSSH's sftp-server does for an account that may read and delete. */
export class SftpSession {
  readonly #world: SftpSurroundings;
  readonly #handles = new Map<number, Handle>();
  #nextHandle = 0;

  constructor(world: SftpSurroundings) {
    this.#world = world;
  }

  /** The answer to one request, null when the world withholds it. */
  async answer(bytes: Buffer): Promise<Buffer | null> {
    const request = new Reader(bytes);
    const type = request.byte();
    if (type === packet.init) return this.#version();
    const id = request.uint32();
    try {
      return await this.#dispatch(type, id, request);
    } catch (error) {
      return this.#say(id, this.#statusOf(error));
    }
  }

  async close(): Promise<void> {
    const files = [...this.#handles.values()].filter((handle) => handle.kind === "file");
    this.#handles.clear();
    await Promise.all(files.map(({ file }) => file.close()));
  }

  #version(): Buffer {
    const statvfs = this.#world.statvfs() ? ["statvfs@openssh.com", "2"] : [];
    return encode(packet.version, 3, ...statvfs, "limits@openssh.com", "1");
  }

  async #dispatch(type: number, id: number, request: Reader): Promise<Buffer | null> {
    switch (type) {
      case packet.open:
        return this.#open(id, request);
      case packet.opendir:
        return this.#openFolder(id, request.text());
      case packet.close:
        return this.#closeHandle(id, request.text());
      case packet.read:
        return this.#read(id, request);
      case packet.readdir:
        return this.#readFolder(id, request.text());
      case packet.stat:
        return encode(packet.attrs, id, encodeStats(await stat(await this.#real(request.text()))));
      case packet.lstat:
        return encode(packet.attrs, id, encodeStats(await lstat(await this.#real(request.text()))));
      case packet.fstat:
        return encode(packet.attrs, id, encodeStats(await this.#file(request.text()).stat()));
      case packet.remove:
        return this.#remove(id, request.text());
      case packet.realpath:
        return this.#realpath(id, request.text());
      case packet.extended:
        return this.#extended(id, request);
      default:
        return this.#refuseChange(id, type);
    }
  }

  async #open(id: number, request: Reader): Promise<Buffer> {
    const path = request.text();
    const flags = request.uint32();
    // SSH_FXF_READ alone; WRITE, APPEND, CREAT and TRUNC change something.
    if (flags !== 0x1) {
      this.#world.refuse(`open ${path} for writing`);
      return this.#say(id, "permissionDenied");
    }
    const real = await this.#real(path);
    await this.#demand(real, "read");
    return this.#hold(id, { kind: "file", file: await open(real, constants.O_RDONLY) });
  }

  async #openFolder(id: number, path: string): Promise<Buffer> {
    const real = await this.#real(path);
    await this.#demand(real, "read");
    return this.#hold(id, { kind: "folder", real, rest: [".", "..", ...(await readdir(real))] });
  }

  async #read(id: number, request: Reader): Promise<Buffer | null> {
    const file = this.#file(request.text());
    const offset = request.uint64();
    const bytes = Buffer.alloc(Math.min(request.uint32(), this.#world.readLimit()));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    if (bytesRead === 0) return this.#say(id, "eof");
    return (await this.#world.mayServe(bytesRead)) ? encode(packet.data, id, bytes.subarray(0, bytesRead)) : null;
  }

  async #readFolder(id: number, name: string): Promise<Buffer> {
    const handle = this.#handles.get(Number(name));
    if (handle?.kind !== "folder") return this.#say(id, "failure");
    const names = handle.rest.splice(0, 100);
    if (names.length === 0) return this.#say(id, "eof");
    const entries = await Promise.all(
      names.map(async (each) => ({ each, stats: await lstat(`${handle.real}/${each}`) })),
    );
    const fields = entries.flatMap(({ each, stats }) => [each, each, encodeStats(stats)]);
    return encode(packet.name, id, entries.length, ...fields);
  }

  async #remove(id: number, path: string): Promise<Buffer> {
    const real = await this.#real(path);
    await lstat(real);
    await this.#demand(dirname(real), "write");
    await unlink(real);
    return this.#say(id, "ok");
  }

  async #realpath(id: number, path: string): Promise<Buffer> {
    const empty = { raw: Buffer.alloc(4) };
    return encode(packet.name, id, 1, normalize(path), normalize(path), empty);
  }

  async #extended(id: number, request: Reader): Promise<Buffer> {
    const name = request.text();
    if (name === "limits@openssh.com") {
      // OpenSSH's own; a server that gives less per read than it says is one of the world's faults.
      const lengths = [256 * 1024, openSshReadLimit, openSshReadLimit, 1019];
      return encode(packet.extendedReply, id, ...lengths.map(BigInt));
    }
    if (name !== "statvfs@openssh.com" || !this.#world.statvfs()) return this.#say(id, "unsupported");
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(await this.#real(request.text()));
    const fields = [bsize, bsize, blocks, bfree, bavail, files, ffree, ffree, 0, 0, 255];
    return encode(packet.extendedReply, id, ...fields.map(BigInt));
  }

  async #closeHandle(id: number, name: string): Promise<Buffer> {
    const handle = this.#handles.get(Number(name));
    this.#handles.delete(Number(name));
    if (!handle) return this.#say(id, "failure");
    if (handle.kind === "file") await handle.file.close();
    return this.#say(id, this.#world.closeFails() ? "failure" : "ok");
  }

  /** WRITE, SETSTAT, FSETSTAT, MKDIR, RMDIR, RENAME, READLINK, SYMLINK, and what version 3 does not have. */
  #refuseChange(id: number, type: number): Buffer {
    this.#world.refuse(`SFTP request of type ${type}`);
    return this.#say(id, type > 20 ? "unsupported" : "permissionDenied");
  }

  #hold(id: number, handle: Handle): Buffer {
    const name = this.#nextHandle;
    this.#nextHandle += 1;
    this.#handles.set(name, handle);
    return encode(packet.handle, id, String(name));
  }

  #file(name: string): FileHandle {
    const handle = this.#handles.get(Number(name));
    if (handle?.kind !== "file") throw new Error("no such handle");
    return handle.file;
  }

  #real(path: string): Promise<string> {
    return resolveServed(this.#world.folders, path);
  }

  async #demand(real: string, kind: "read" | "write"): Promise<void> {
    await demandPermission(real, kind).catch((error: unknown) => {
      if (this.#statusOf(error) === "permissionDenied") this.#world.refuse(`${kind} ${real}`);
      throw error;
    });
  }

  #statusOf(error: unknown): Status {
    if (error instanceof RangeError) return "badMessage";
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "noSuchFile";
    return code === "EACCES" || code === "EPERM" ? "permissionDenied" : "failure";
  }

  #say(id: number, what: Status): Buffer {
    return encode(packet.status, id, ...status[what], "");
  }
}
