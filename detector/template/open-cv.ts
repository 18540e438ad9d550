import { createRequire } from 'node:module';
import type openCv from '@techstark/opencv-js';

/** OpenCV compiled to WebAssembly. Its matrices live outside the garbage collector: use them inside `withMats`. */
export type OpenCv = typeof openCv;

type Mat = InstanceType<OpenCv['Mat']>;

const require = createRequire(import.meta.url);

/** Loads OpenCV once; takes about half a second. */
export async function loadOpenCv(): Promise<OpenCv> {
  // The package is CommonJS and exports a promise of what its types describe: an import of that breaks module loaders
  // that look for `then`, test runners among them.
  return (await require('@techstark/opencv-js')) as OpenCv;
}

/** Runs `body`; every matrix it hands to `keep` is freed afterwards, also when it throws. */
export function withMats<Result>(body: (keep: <M extends Mat>(mat: M) => M) => Result): Result {
  const mats: Mat[] = [];
  try {
    return body((mat) => {
      mats.push(mat);
      return mat;
    });
  } finally {
    for (const mat of mats) mat.delete();
  }
}
