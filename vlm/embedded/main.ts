import { runProcess, type ProcessContext } from '#host/run-process.ts';
import { startEmbeddedReviewer } from '#vlm/embedded/start-embedded-reviewer.ts';
import { parseServeOptions } from '#vlm/embedded/options.ts';

await runProcess('reviewer', serve);

/** The embedded reviewer as a process; options.ts has its command line. */
async function serve({ log, stack, ready }: ProcessContext): Promise<void> {
  const reviewer = stack.use(await startEmbeddedReviewer({ ...parseServeOptions(process.argv.slice(2)), log }));
  const { baseUrl, manifest } = reviewer;
  log.info({ baseUrl, model: manifest.name, version: manifest.version }, `embedded reviewer: ${manifest.architecture}`);
  ready({ baseUrl, model: manifest.name });
}
