/** One member of a layer. Owner is always 0:0 and the time 0, so that equal content gives equal bytes. */
export interface TarMember {
  /** Relative, with `/` between the parts, a trailing one for a directory. */
  path: string;
  bytes: number;
  mode: number;
}

const BLOCK = 512;
// POSIX ustar: eleven octal digits. A larger size is written in a PAX record.
const LARGEST_USTAR_SIZE = 0o77777777777;

/**
 * Everything of a member that precedes its content. This is not left to a library, because the digest of every image depends
 * on these bytes, which must not change with a library's version.
 */
export function tarPrologue(member: TarMember): Buffer {
  const records = paxRecords(member);
  const header = ustarHeader({
    name: member.path,
    size: member.bytes > LARGEST_USTAR_SIZE ? 0 : member.bytes,
    mode: member.mode,
    type: member.path.endsWith("/") ? "5" : "0",
  });
  if (records.length === 0) return header;
  const pax = ustarHeader({ name: "PaxHeader", size: records.length, mode: 0o644, type: "x" });
  return Buffer.concat([pax, records, tarPadding(records.length), header]);
}

/** The zeros that pad the last block of a member. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
}

/** Two zero blocks end an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

interface UstarFields {
  name: string;
  size: number;
  mode: number;
  type: "0" | "5" | "x";
}

function ustarHeader({ name, size, mode, type }: UstarFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, "utf8");
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(type, 156);
  block.write("ustar\u000000", 257);
  block.write("        ", 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)} `, 148);
  return block;
}

/** Digits and a NUL in a field of `width` bytes. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

function paxRecords(member: TarMember): Buffer {
  const isLong = Buffer.byteLength(member.path) > 100 || /[^\x20-\x7e]/.test(member.path);
  const records = isLong ? [paxRecord("path", member.path)] : [];
  if (member.bytes > LARGEST_USTAR_SIZE) records.push(paxRecord("size", String(member.bytes)));
  return Buffer.from(records.join(""), "utf8");
}

/** `<length> <key>=<value>\n`, where the length counts its own digits (POSIX pax, "Extended Header"). */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let length = size + String(size).length;
  if (String(length).length > String(size).length) length = size + String(length).length;
  return `${length}${rest}`;
}
