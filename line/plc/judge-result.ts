import { wireVerdicts } from '#edge/opcua/station-nodes.ts';
import type { GateMove, PlcInputs } from '#line/plc/plc-image.ts';

/** What a result of the right part is worth: OK only if everything says so, Error on or a dead edge node implies NG. */
export function judgeResult(inputs: PlcInputs, edgeAlive: boolean): GateMove['why'] {
  const { resultVerdict, resultOk, resultNg } = inputs;
  if (!edgeAlive) return 'error';
  const ok = resultVerdict === wireVerdicts.pass;
  if (resultOk !== ok || resultNg === ok) return 'contradiction';
  if (ok) return 'ok';
  return resultVerdict === wireVerdicts.fail ? 'ng' : 'no-call';
}
