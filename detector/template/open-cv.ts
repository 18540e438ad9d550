import openCv from '@techstark/opencv-js';

/** OpenCV compiled to WebAssembly. Its matrices live outside the garbage collector: use them inside `withMats`. */
export type OpenCv = typeof openCv;

type Mat = InstanceType<OpenCv['Mat']>;

/** Loads OpenCV once; takes about half a second. */
export function loadOpenCv(): Promise<OpenCv> {
  // the package exports a promise of what its types describe
  return Promise.resolve(openCv);
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
