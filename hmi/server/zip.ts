import { makeZip } from 'client-zip';

/** A file that is put into a ZIP; paths with `/`. */
export interface ZippedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of a ZIP file, made as they are read: the next file is asked for when the one before is through, so that one
 * is held at a time. Nothing is compressed: images are already. Who stops reading stops the files.
 */
export async function* zipOf(files: AsyncIterator<ZippedFile>, at: Date): AsyncGenerator<Uint8Array> {
  const reader = makeZip(inputsOf(files, at)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // A stream that is given up throws into the files, and answers with what was thrown.
    await reader.cancel(new Error('nobody reads on')).catch(() => undefined);
  }
}

async function* inputsOf(files: AsyncIterator<ZippedFile>, lastModified: Date) {
  try {
    for (;;) {
      const next = await files.next();
      if (next.done === true) return;
      yield { name: next.value.path, input: next.value.bytes, lastModified };
    }
  } finally {
    await files.return?.();
  }
}
