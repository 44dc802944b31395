import { FLAGGED_RESPONSES_SINCE, type Release } from "./flavor.ts";
import { IncompleteError } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";

const HEADER_BYTES = 8;
const LONG_LENGTHS_SINCE = 315;
/** ACCEPT grew with the protocol; clients check its size against the version it names. */
const ACCEPT_SIZES = [
  { since: FLAGGED_RESPONSES_SINCE, bytes: 61 },
  { since: 318, bytes: 45 },
  { since: LONG_LENGTHS_SINCE, bytes: 41 },
  { since: 0, bytes: 32 },
];
const MAX_TDU = 2_097_152;

/** What a CONNECT packet asks for. Long connect data follow in a packet of their own. */
export function readConnect(packet: Buffer, following: Buffer | null): { version: number; data: string } {
  const length = packet.readUInt16BE(24);
  const start = packet.readUInt16BE(26);
  const bytes = following ?? packet.subarray(start);
  if (bytes.length < length) throw new IncompleteError("connect data follow");
  return { version: packet.readUInt16BE(8), data: bytes.toString("ascii", 0, length) };
}

/** The service that connect data name; a SID is looked for under the same names. */
export function requestedService(data: string): { name: string; isSid: boolean } {
  const service = /\(\s*SERVICE_NAME\s*=\s*([^()]*)\)/i.exec(data)?.[1];
  if (service !== undefined) return { name: service.trim(), isSid: false };
  return { name: /\(\s*SID\s*=\s*([^()]*)\)/i.exec(data)?.[1]?.trim() ?? "", isSid: true };
}

/** ACCEPT's body for the version that both sides know. */
export function renderAccept(release: Release, wanted: number, sdu: number): { version: number; body: Buffer } {
  const version = Math.min(release.protocolVersion, wanted);
  const size = ACCEPT_SIZES.find((row) => version >= row.since)?.bytes ?? 32;
  const packet = Buffer.alloc(61);
  packet.writeUInt16BE(version, 8);
  packet.writeUInt16BE(1, 10); // service options
  packet.writeUInt16BE(Math.min(sdu, 0xffff), 12);
  packet.writeUInt16BE(0xffff, 14); // TDU
  packet.writeUInt16BE(1, 16); // byte order
  packet.writeUInt16BE(size, 20); // where accept data would stand
  packet.writeUInt8(0x04, 22); // native network services: off for this connection,
  packet.writeUInt8(0x08, 23); // and not linked; anything else starts a negotiation of their own
  packet.writeUInt32BE(sdu, 32);
  packet.writeUInt32BE(MAX_TDU, 36);
  packet.writeUInt32BE(version >= FLAGGED_RESPONSES_SINCE ? release.acceptFlags : 0, 41);
  packet.fill(0x11, 45, 61); // the connection's id
  return { version, body: packet.subarray(HEADER_BYTES, size) };
}

/** Whether packet lengths have four bytes from ACCEPT on. */
export function hasLongLengths(version: number): boolean {
  return version >= LONG_LENGTHS_SINCE;
}

/** REFUSE's body: ORA-12514 for an unknown service, ORA-12505 for an unknown SID. */
export function renderRefuse(code: 12514 | 12505): Buffer {
  const text = `(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=${code})(ERROR_STACK=(ERROR=(CODE=${code})(EMFI=4))))`;
  return new Writer().u8(34, 0).u16(text.length).raw(Buffer.from(text)).done();
}
