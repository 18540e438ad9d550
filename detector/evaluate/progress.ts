/** Tells on standard error how far a run is: a bar on a terminal, else a line every tenth. */
export function createProgress(total: number, label: string): (done: number) => void {
  const startedAt = performance.now();
  let told = -1;
  return (done) => {
    const tenth = Math.floor((done * 10) / total);
    const seconds = (performance.now() - startedAt) / 1000;
    const left = done > 0 ? Math.round((seconds / done) * (total - done)) : 0;
    const text = `${label} ${done}/${total}, ${left} s left`;
    if (process.stderr.isTTY) {
      const bar = '#'.repeat(tenth * 2).padEnd(20, '.');
      process.stderr.write(`\r[${bar}] ${text}   ${done === total ? '\n' : ''}`);
    } else if (tenth !== told) process.stderr.write(`${text}\n`);
    told = tenth;
  };
}
