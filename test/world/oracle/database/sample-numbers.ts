/** Numbers that look like chance and are the same everywhere (a linear congruential generator). */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** A day between 2010 and 2025. */
export function dayOf(next: (below: number) => number): string {
  const day = new Date(Date.UTC(2010, 0, 1 + next(5844)));
  return day.toISOString().slice(0, 10);
}
