import { MESSAGE } from "./protocol.ts";
import { type Reader, WireError } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";

const CAPABILITY_BYTES = 53;
const FIELD_VERSION = 7;
const WIDE_TYPES = 27;
const ZONE_FILE_VERSION = 37;
/** The capabilities of a 12.1 server as public test data of other clients record them; the rest is zero. */
const COMPILE_CAPABILITIES = Buffer.from(
  "060101012f010107010101010101017fff030b03030101ff01ffff010a0101ff01060960017f0400",
  "hex",
);
const AL32UTF8 = 873;
const AL16UTF16 = 2000;
/** +00:00 as an INTERVAL DAY TO SECOND. */
const UTC_ZONE = Buffer.from([0x80, 0, 0, 0, 60, 60, 60, 0x80, 0, 0, 0]);
const PREFIXED_STRINGS = 2;

export interface ClientTypes {
  fieldVersion: number;
  /** The client sent its time zone and wants the server's. */
  zone: boolean;
  zoneFile: boolean;
}

/** Reads message 1 after its type: the protocol versions and the driver's name. */
export function readProtocol(reader: Reader): void {
  while (reader.u8() !== 0);
  while (reader.u8() !== 0);
}

/** Answers message 1: banner, character sets and capabilities. */
export function renderProtocol(fieldVersion: number): Buffer {
  const compile = Buffer.alloc(CAPABILITY_BYTES);
  COMPILE_CAPABILITIES.copy(compile);
  compile.writeUInt8(fieldVersion, FIELD_VERSION);
  const runtime = Buffer.alloc(11);
  runtime.writeUInt8(2, 0);
  runtime.writeUInt8(1, 1); // time zones in message 2: saves the driver a query on DBTIMEZONE
  runtime.writeUInt8(4, 6); // VARCHAR2 of 32,767 bytes
  const nationalSet = Buffer.alloc(11);
  nationalSet.writeUInt16BE(AL16UTF16, 9);
  return new Writer()
    .u8(MESSAGE.protocol, 6, 0)
    .raw(Buffer.from("x86_64/Linux 2.4.xx\0"))
    .u16LittleEndian(AL32UTF8)
    .u8(1)
    .u16LittleEndian(0)
    .u16(nationalSet.length)
    .raw(nationalSet)
    .data(compile)
    .data(runtime)
    .done();
}

/** Reads message 2 after its type: the client's capabilities and its list of data types. */
export function readTypes(reader: Reader): ClientTypes {
  reader.skip(4); // character sets
  const flags = reader.u8();
  const compile = reader.data() ?? Buffer.alloc(0);
  const runtime = reader.data() ?? Buffer.alloc(0);
  if ((flags & PREFIXED_STRINGS) === 0 || (compile[WIDE_TYPES] ?? 0) === 0)
    throw new WireError("a client with bare strings or 8-bit types; node-oracledb and python-oracledb have neither");
  const zone = ((runtime[1] ?? 0) & 1) !== 0;
  const zoneFile = zone && ((compile[ZONE_FILE_VERSION] ?? 0) & 2) !== 0;
  reader.skip((zone ? UTC_ZONE.length : 0) + (zoneFile ? 4 : 0));
  while (reader.u16() !== 0) if (reader.u16() !== 0) reader.skip(4);
  return { fieldVersion: compile[FIELD_VERSION] ?? 0, zone, zoneFile };
}

/** Answers message 2: no type needs a conversion. */
export function renderTypes(client: ClientTypes): Buffer {
  const writer = new Writer().u8(MESSAGE.types);
  if (client.zone) writer.raw(UTC_ZONE);
  if (client.zoneFile) writer.u16(0).u16(32);
  return writer.u16(0).done();
}
