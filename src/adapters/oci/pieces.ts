/** Cuts a stream into pieces of exactly `size` bytes, the last one may be shorter; keeps one piece in memory. */
export async function* cutPieces(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (bytes + rest.length >= size) {
      const take = size - bytes;
      yield Buffer.concat([...held, rest.subarray(0, take)], size);
      rest = rest.subarray(take);
      held = [];
      bytes = 0;
    }
    if (rest.length > 0) held.push(rest);
    bytes += rest.length;
  }
  if (bytes > 0) yield Buffer.concat(held, bytes);
}
