import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { FaultError } from '#host/fault.ts';
import { cameraFileSchema, type CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';

/**
 * Reads a camera file (YAML).
 * @throws FaultError CONFIG_INVALID with every fault of it
 */
export async function loadCameraFile(path: string): Promise<CameraLayout> {
  const faults: string[] = [];
  try {
    const parsed = cameraFileSchema.safeParse(parse(await readFile(path, 'utf8')));
    if (parsed.success) return parsed.data;
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`));
  } catch (error) {
    if (!(error instanceof YAMLParseError) && !(error instanceof Error && 'code' in error)) throw error;
    faults.push(error.message);
  }
  throw new FaultError('CONFIG_INVALID', faults.join('; '), {
    place: path,
    wayOut: 'Correct the camera file, or HAIRLINE_CAMERA_FILE; docs/opcua.md lists its keys.',
  });
}
