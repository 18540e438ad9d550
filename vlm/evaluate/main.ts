import { evaluateReviewer } from '#vlm/evaluate/evaluate-reviewer.ts';
import { describeFault, FaultError } from '#host/fault.ts';

// `npm run eval`: the first word `reviewer` scores a reviewer; everything else is the detector's.
const [word, ...rest] = process.argv.slice(2);
if (word === 'reviewer') {
  try {
    process.stdout.write(await evaluateReviewer(rest));
  } catch (error) {
    process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
    process.exitCode = 1;
  }
} else {
  await import('#detector/evaluate/main.ts');
}
