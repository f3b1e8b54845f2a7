/** Waits until `holds` does, looking every 20 ms; throws after `millis`. For hooks; tests have expect.poll. */
export async function until(holds: () => Promise<boolean>, millis = 10_000): Promise<void> {
  const end = Date.now() + millis
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`nothing came of it within ${millis} ms`)
    await new Promise((done) => setTimeout(done, 20))
  }
}
