/** Whether an IPv4 block in CIDR notation, such as `10.20.0.0/16`, lies within another one. */
export function isWithin(inner: string, outer: string): boolean {
  const [one, other] = [parse(inner), parse(outer)];
  const size = 2 ** (32 - other.bits);
  return one.bits >= other.bits && Math.floor(one.address / size) === Math.floor(other.address / size);
}

/** The block as Kubernetes wants it: all bits behind the prefix are 0 (it warns about others since 1.33). */
export function canonicalBlock(block: string): string {
  const { address, bits } = parse(block);
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${bits}`;
}

function parse(block: string): { address: number; bits: number } {
  const [address = "", bits = ""] = block.split("/");
  return { address: address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0), bits: Number(bits) };
}
