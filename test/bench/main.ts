import { runNamed } from '../support/run-named.ts';

process.exitCode = await runNamed(import.meta.dirname, 'bench');
