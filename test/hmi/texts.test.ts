import { afterAll, describe, expect, it } from 'vitest';
import { componentNames } from '#edge/health.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { en } from '#hmi/web/texts/en.ts';
import { reasonText } from '#hmi/web/texts/reason-text.ts';
import { loadTexts, t } from '#hmi/web/texts/texts.ts';
import { zh } from '#hmi/web/texts/zh.ts';
import { testMessage } from '../support/inspection-message.ts';

/** Every text by its key, e.g. `verdict.pass`. */
function flat(texts: object, before = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
    typeof text === 'object' && text !== null ? flat(text, `${before}${key}.`) : [[`${before}${key}`, String(text)]],
  );
}

const gaps = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').toSorted();

describe('the texts', () => {
  it.each(componentNames)('name what an edge node tells the health of: %s', (name) => {
    expect(Object.keys(en.health.kind)).toContain(name);
  });
});

describe('the texts in Chinese', () => {
  afterAll(() => loadTexts('en'));
  const english = new Map(flat(en));
  const chinese = flat(zh);

  it('are the same ones as in English', () => {
    expect(chinese.map(([key]) => key).toSorted()).toEqual([...english.keys()].toSorted());
  });

  it.each(chinese)('have the same gaps: %s', (key, text) => {
    expect(gaps(text)).toEqual(gaps(english.get(key) ?? ''));
    expect(text.trim()).not.toBe('');
  });

  it('are spoken once chosen', async () => {
    await loadTexts('zh');
    const card = toInspectionCard(testMessage(3), '2026-11-20T07:00:00.000Z');
    const reason = { code: 'defect-certain', subject: 'top-d1', value: 0.9, limit: 0.5, detail: 'spur' };
    expect([t('verdict.fail'), reasonText(reason, card)]).toEqual(['不合格', '毛刺：检测器确定']);
  });
});
