import { connectOnce } from '#edge/cli/connect-once.ts';
import { findVariables } from '#edge/opcua/find-variables.ts';

/** `browse URL`: prints the variables of a server that may hold an image. */
export async function browse(url: string): Promise<void> {
  const station = await connectOnce(url);
  try {
    for (const { nodeId, path, dataType } of await findVariables(station.session))
      if (/^(Image|ByteString)/.test(dataType)) process.stdout.write(`${nodeId}  ${path}  ${dataType}\n`);
  } finally {
    await station.close();
  }
}
