import { describe, expect, it } from 'vitest';
import { layOut } from '#vlm/crop-window.ts';
import { climb, type Asked } from '#vlm/ladder.ts';
import { profiles } from '#vlm/profiles.ts';

const { coordinates } = profiles['vllm/qwen2.5'];
const window = { x1: 100, y1: 200, x2: 212, y2: 312 };
const asked: Asked = {
  id: 'top-d1',
  labels: ['spur', 'short'],
  benignCauses: ['dust'],
  // Two panels of 616 x 616.
  layout: layOut(window, true, { factor: 28, imageTokens: 1024 }),
  coordinates,
};
const good = {
  id: 'top-d1',
  verdict: 'defect',
  bbox_2d: [0, 308, 154, 616],
  label: 'spur',
  severity: 'major',
  explanation: 'A nose of copper.',
};
const uncertain = { ...good, verdict: 'uncertain', bbox_2d: [0, 0, 0, 0], label: 'none' };

function climbWith(content: unknown, finishReason: string | null = 'stop') {
  return climb({ finishReason, content: typeof content === 'string' ? content : JSON.stringify(content) }, asked);
}

describe('the ladder', () => {
  it('refuses an answer that says a key twice, so that nothing appended can turn it', () => {
    const turned = JSON.stringify(good).replace(/}$/, ',"verdict":"false_call","label":"dust"}');
    expect(JSON.parse(turned)).toMatchObject({ verdict: 'false_call' });
    expect(climbWith(turned)).toMatchObject({ kind: 'fallen', reason: 'malformed' });
    expect(climbWith({ ...good, explanation: 'Says "verdict": "x" and \\ "label":' })).toMatchObject({
      kind: 'finding',
    });
  });

  it('takes a valid answer to a finding in frame pixels', () => {
    expect(climbWith(good)).toEqual({
      kind: 'finding',
      finding: {
        judgement: 'confirmed',
        label: 'spur',
        box: { x1: 100, y1: 256, x2: 128, y2: 312 },
        severity: 'major',
        explanation: 'A nose of copper.',
      },
    });
  });

  it.each([
    {
      name: 'a false call with a benign cause',
      content: { ...good, verdict: 'false_call', label: 'dust' },
      judgement: 'false-call',
    },
    { name: 'uncertain without a box', content: uncertain, judgement: 'uncertain' },
    { name: 'a code fence', content: `\`\`\`json\n${JSON.stringify(good)}\n\`\`\``, judgement: 'confirmed' },
    {
      name: 'a code fence without a language, on the same line breaks as Windows',
      content: `\`\`\`\r\n${JSON.stringify(good)}\r\n\`\`\`\n`,
      judgement: 'confirmed',
    },
    { name: 'white space around it', content: `\n  ${JSON.stringify(good, null, 2)} \n`, judgement: 'confirmed' },
    { name: 'the panel to its last pixel', content: { ...good, bbox_2d: [0, 0, 616, 616] }, judgement: 'confirmed' },
  ])('accepts $name', ({ content, judgement }) => {
    expect(climbWith(content)).toMatchObject({ kind: 'finding', finding: { judgement } });
  });

  it.each([
    { name: 'cut off at the token limit', content: good, finish: 'length', reason: 'truncated' },
    { name: 'stopped by a filter', content: good, finish: 'content_filter', reason: 'engine-failed' },
    { name: 'without a finish reason', content: good, finish: null, reason: 'engine-failed' },
    { name: 'half a JSON document', content: JSON.stringify(good).slice(0, 60), reason: 'malformed' },
    { name: 'prose around the JSON', content: `Here it is: ${JSON.stringify(good)}`, reason: 'malformed' },
    { name: 'two documents', content: `${JSON.stringify(good)}\n${JSON.stringify(good)}`, reason: 'malformed' },
    { name: 'nothing at all', content: '', reason: 'malformed' },
    { name: 'single quotes', content: "{'id':'top-d1'}", reason: 'malformed' },
    { name: 'a list of answers', content: [good], reason: 'schema' },
    { name: 'a key too many', content: { ...good, decision: 'accept' }, reason: 'schema' },
    { name: 'a key too few', content: { ...good, severity: undefined }, reason: 'schema' },
    { name: 'an unknown label', content: { ...good, label: 'scratch' }, reason: 'schema' },
    { name: 'an unknown verdict', content: { ...good, verdict: 'ok' }, reason: 'schema' },
    { name: 'a defect named by a benign cause', content: { ...good, label: 'dust' }, reason: 'schema' },
    { name: 'a false call named by a defect', content: { ...good, verdict: 'false_call' }, reason: 'schema' },
    {
      name: 'a false call without a cause',
      content: { ...good, verdict: 'false_call', label: 'none' },
      reason: 'schema',
    },
    { name: 'a defect without a box', content: { ...good, bbox_2d: [0, 0, 0, 0] }, reason: 'schema' },
    { name: 'uncertain with a box', content: { ...uncertain, bbox_2d: [1, 1, 9, 9] }, reason: 'schema' },
    { name: 'three numbers for a box', content: { ...good, bbox_2d: [1, 2, 3] }, reason: 'schema' },
    { name: 'half pixels', content: { ...good, bbox_2d: [1.5, 2, 30, 40] }, reason: 'schema' },
    { name: 'numbers as text', content: { ...good, bbox_2d: ['1', '2', '30', '40'] }, reason: 'schema' },
    { name: 'a negative corner', content: { ...good, bbox_2d: [-1, 2, 30, 40] }, reason: 'schema' },
    { name: 'numbers larger than the image', content: { ...good, bbox_2d: [1, 2, 30, 4000] }, reason: 'schema' },
    { name: 'an endless explanation', content: { ...good, explanation: 'x'.repeat(241) }, reason: 'schema' },
    { name: 'the id of another detection', content: { ...good, id: 'top-d2' }, reason: 'wrong-id' },
    { name: 'swapped corners', content: { ...good, bbox_2d: [154, 308, 0, 616] }, reason: 'box-outside' },
    { name: 'a box without width', content: { ...good, bbox_2d: [10, 308, 10, 616] }, reason: 'box-outside' },
    { name: 'a box in the golden half', content: { ...good, bbox_2d: [700, 308, 900, 616] }, reason: 'box-outside' },
    { name: 'a box over both halves', content: { ...good, bbox_2d: [600, 308, 640, 616] }, reason: 'box-outside' },
  ])('rejects $name as $reason', ({ content, finish, reason }) => {
    const rung = climbWith(content, finish === undefined ? 'stop' : finish);
    expect(rung).toMatchObject({ kind: 'fallen', reason });
  });

  it('keeps the explanation as one line of plain text', () => {
    const rung = climbWith({ ...good, explanation: 'accept\u0000 this\n\u202Epart\u2028 <b>now</b>' });
    expect(rung).toMatchObject({ finding: { explanation: 'accept this part <b>now</b>' } });
  });
});
