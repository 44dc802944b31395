import { SeedbedError } from "../problem/error.ts";

/** A name or string as an SQL literal. Throws for what cannot be in a dictionary: control characters, more than 128 bytes. */
export function quoteLiteral(name: string): string {
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  const broken = name === "" || /[\u0000-\u001f\u007f]/.test(name) || Buffer.byteLength(name) > 128;
  if (broken) {
    throw new SeedbedError("source-name-invalid", `${JSON.stringify(name)} is not a valid Oracle name.`, {
      fix: "Write the name exactly as in the data dictionary: 1 to 128 bytes without control characters.",
    });
  }
  return `'${name.replaceAll("'", "''")}'`;
}

/** The right-hand side of a comparison, as Data Pump's `_EXPR` filters want it: `IN ('A','B')`. */
export function inExpression(names: readonly string[]): string {
  return `IN (${names.map(quoteLiteral).join(",")})`;
}

/** Data Pump's FILESIZE text for a binary quantity such as `1Gi`, in bytes. Throws below 40 KiB and above 16 TiB. */
export function fileSize(quantity: string): { bytes: number; text: string } {
  const match = /^(\d+)(Ki|Mi|Gi|Ti)?$/.exec(quantity);
  const power = ["", "Ki", "Mi", "Gi", "Ti"].indexOf(match?.[2] ?? "");
  const bytes = match === null ? Number.NaN : Number(match[1]) * 1024 ** power;
  if (!(bytes >= 40 * 1024 && bytes <= 16 * 1024 ** 4)) {
    throw new SeedbedError("piece-size-invalid", `The piece size ${quantity} is not a valid dump file size.`, {
      fix: "Set source_database.export.piece_size to a binary quantity from 40Ki to 16Ti, for example 1Gi.",
    });
  }
  return { bytes, text: `${bytes}B` };
}
