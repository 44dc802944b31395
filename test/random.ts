/** Numbers from 0 to 1 that a seed fixes (mulberry32): a failure is repeated by its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Seeds of this run: a few fixed ones, or as many as `SEEDBED_SEEDS` says, or the one of `SEEDBED_SEED`. */
export function seedsOfRun(few: number): number[] {
  const one = process.env["SEEDBED_SEED"];
  if (one !== undefined) return [Number(one)];
  const many = Number(process.env["SEEDBED_SEEDS"] ?? few);
  return Array.from({ length: many }, (_, at) => at + 1);
}
