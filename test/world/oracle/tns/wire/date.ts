/** DATE and TIMESTAMP carry no zone: both sides take their fields as local time, WITH TIME ZONE as UTC. */
type Zone = "local" | "utc";

/** A DATE: seven bytes, century and year first. */
export function encodeDate(date: Date, zone: Zone = "local"): Buffer {
  const [year, month, day, hour, minute, second] = fieldsOf(date, zone);
  return Buffer.from([
    Math.floor(year / 100) + 100,
    (year % 100) + 100,
    month + 1,
    day,
    hour + 1,
    minute + 1,
    second + 1,
  ]);
}

/** A TIMESTAMP: a DATE and nanoseconds, eleven bytes. */
export function encodeTimestamp(date: Date, zone: Zone = "local"): Buffer {
  const nanoseconds = Buffer.alloc(4);
  nanoseconds.writeUInt32BE(date.getUTCMilliseconds() * 1_000_000);
  return Buffer.concat([encodeDate(date, zone), nanoseconds]);
}

/** Reads both; a zone's own two bytes at the end repeat nothing that is not in the UTC fields. */
export function decodeDate(bytes: Buffer, zone: Zone = "local"): Date {
  const [century = 0, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes;
  const fields = [(century - 100) * 100 + year - 100, month - 1, day, hour - 1, minute - 1, second - 1] as const;
  const milliseconds = bytes.length >= 11 ? Math.floor(bytes.readUInt32BE(7) / 1_000_000) : 0;
  return zone === "utc" ? new Date(Date.UTC(...fields, milliseconds)) : new Date(...fields, milliseconds);
}

type Fields = [year: number, month: number, day: number, hour: number, minute: number, second: number];

function fieldsOf(date: Date, zone: Zone): Fields {
  const shifted = zone === "utc" ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return [
    shifted.getUTCFullYear(),
    shifted.getUTCMonth(),
    shifted.getUTCDate(),
    shifted.getUTCHours(),
    shifted.getUTCMinutes(),
    shifted.getUTCSeconds(),
  ];
}
