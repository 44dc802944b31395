import { SeedbedError } from "../problem/error.ts";

const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal = ["k", "M", "G", "T", "P", "E"];

/**
 * A quantity as the apiserver writes it back (`1024Mi` is `1Gi`, `0.5` is `500m`), so that a difference between two
 * renders is a difference in size. Source: k8s.io/apimachinery, pkg/api/resource, CanonicalizeBytes.
 */
export function canonicalQuantity(text: string): string {
  const { thousandths, isBinary } = parseQuantity(text);
  if (thousandths % 1000n !== 0n) return `${thousandths}m`;
  const whole = thousandths / 1000n;
  if (whole === 0n) return "0";
  const [step, units] = isBinary && whole >= 1024n ? [1024n, binary] : [1000n, decimal];
  let [rest, power] = [whole, 0];
  while (rest % step === 0n && power < units.length) [rest, power] = [rest / step, power + 1];
  return `${rest}${power === 0 ? "" : units[power - 1]}`;
}

/** A quantity in whole units, rounded up: bytes for storage and memory. */
export function wholeOf(text: string): bigint {
  return (parseQuantity(text).thousandths + 999n) / 1000n;
}

function parseQuantity(text: string): { thousandths: bigint; isBinary: boolean } {
  const [, whole, part = "", unit = ""] = /^(\d+)(?:\.(\d+))?(m|[kMGTPE]|[KMGTPE]i)?$/.exec(text) ?? [];
  if (whole === undefined) throw notAQuantity(text);
  const factor = factorOf(unit);
  const scaled = BigInt(whole + part) * factor;
  const scale = 10n ** BigInt(part.length);
  if (scaled % scale !== 0n) throw notAQuantity(text);
  return { thousandths: scaled / scale, isBinary: unit.endsWith("i") };
}

function factorOf(unit: string): bigint {
  if (unit === "m") return 1n;
  if (unit.endsWith("i")) return 1000n * 1024n ** BigInt(binary.indexOf(unit) + 1);
  return 1000n * 1000n ** BigInt(decimal.indexOf(unit) + 1);
}

function notAQuantity(text: string): SeedbedError {
  return new SeedbedError("quantity-invalid", `"${text}" is not a valid Kubernetes quantity.`, {
    fix: "Write sizes such as 20Gi or 512Mi, and cores such as 2 or 1500m.",
  });
}
