import { parseArgs } from 'node:util';
import { runProcess, type ProcessContext } from '#host/run-process.ts';
import { startEmbeddedReviewer } from '#vlm/embedded/start-embedded-reviewer.ts';
import { shippedReviewerDir } from '#vlm/embedded/load-manifest.ts';

await runProcess('reviewer', serve);

/** The embedded reviewer as a process: `--port` (0: any free one), `--model-dir`, `--threads`. */
async function serve({ log, stack, ready }: ProcessContext): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'model-dir': { type: 'string', default: shippedReviewerDir },
      threads: { type: 'string', default: '1' },
    },
  });
  const reviewer = await startEmbeddedReviewer({
    modelDir: values['model-dir'],
    port: Number(values.port),
    threads: Number(values.threads),
    log,
  });
  stack.use(reviewer);
  const { baseUrl, manifest } = reviewer;
  log.info({ baseUrl, model: manifest.name, version: manifest.version }, `embedded reviewer: ${manifest.architecture}`);
  ready({ baseUrl, model: manifest.name });
}
