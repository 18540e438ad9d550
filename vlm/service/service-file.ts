import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FaultError } from '#host/fault.ts';
import { serviceFileSchema, type Service, type ServiceFile } from '#vlm/service/service-file.schema.ts';

/** What is in service; null where nothing was qualified yet. @throws FaultError SERVICE_FILE_INVALID */
export async function readService(path: string): Promise<ServiceFile | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw fault('the file cannot be read', path, error);
  });
  if (text === null) return null;
  const parsed = serviceFileSchema.safeParse(parse(text, path));
  if (!parsed.success) {
    throw fault(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '), path);
  }
  for (const { prompt } of [parsed.data.inService, ...parsed.data.earlier]) {
    if (sha256Of(prompt.text) !== prompt.sha256) throw fault(`the prompt ${prompt.id} is not the one qualified`, path);
  }
  return parsed.data;
}

/** Takes a reviewer into service; the one before is kept for a rollback. */
export async function takeIntoService(path: string, service: Service): Promise<void> {
  const before = await readService(path);
  const earlier = before === null ? [] : [before.inService, ...before.earlier];
  await write(path, { schemaVersion: 1, inService: service, earlier });
}

/** Takes the reviewer before into service again; null where there is none. */
export async function rollBack(path: string): Promise<Service | null> {
  const now = await readService(path);
  const [before, ...earlier] = now?.earlier ?? [];
  if (!before) return null;
  await write(path, { schemaVersion: 1, inService: before, earlier });
  return before;
}

/** SHA-256 of a text, in hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whole or not at all: an edge node may read it at any time. */
async function write(path: string, file: ServiceFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(file, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault('this is no JSON', path, error);
  }
}

function fault(message: string, place: string, cause?: unknown): FaultError {
  const wayOut = 'Never edit it by hand: qualify a reviewer anew, or put the file back.';
  return new FaultError('SERVICE_FILE_INVALID', message, { place, wayOut, cause });
}
