/** Waits until `ask` returns something other than null or false; the error of a timeout names what it waited for. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what} without seeing it`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
