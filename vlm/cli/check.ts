import type { CheckCommand } from '#vlm/cli/options.ts';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import { handshakeSteps, shakeHands } from '#vlm/openai/shake-hands.ts';
import { profiles } from '#vlm/profiles.ts';

const withinMs = 120_000;

/** Shakes hands with a server and says what held. @returns exit code */
export async function check(command: CheckCommand, tell: (line: string) => void): Promise<number> {
  const { url: baseUrl, model, apiKey } = command;
  const profile = profiles[command.profile];
  const prompt = await loadPromptFor(profile);
  const shaken = await shakeHands({ baseUrl, model, profile, apiKey, prompt }, AbortSignal.timeout(withinMs));
  const held = shaken.holds ? handshakeSteps : handshakeSteps.slice(0, handshakeSteps.indexOf(shaken.step));
  for (const step of held) tell(`${step.padEnd(8)}holds`);
  if (shaken.holds) {
    tell(`${model} can be asked, as ${profile.id}; fingerprint ${shaken.fingerprint}`);
    return 0;
  }
  tell(`${shaken.step.padEnd(8)}fails: ${shaken.detail}`);
  tell(shaken.wayOut);
  return 1;
}
