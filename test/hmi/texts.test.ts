import { afterAll, describe, expect, it } from 'vitest';
import { componentNames } from '#edge/health.ts';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { en } from '#hmi/web/texts/en.ts';
import { lockText, lockWayOut } from '#hmi/web/texts/lock-text.ts';
import { reasonText } from '#hmi/web/texts/reason-text.ts';
import { loadTexts, t } from '#hmi/web/texts/texts.ts';
import { zh } from '#hmi/web/texts/zh.ts';
import { lockCodes } from '#rules/locks.ts';
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

  it('say why a station is locked and what is done first, for every lock and for no other', () => {
    const codes = Object.keys(lockCodes).toSorted();
    expect([Object.keys(en.lock.why).toSorted(), Object.keys(en.lock.first).toSorted()]).toEqual([codes, codes]);
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
    const locked = { code: 'challenge-failed', wayOut: 'npm run edge -- release URL' };
    expect(lockText(locked.code, '') + lockWayOut(locked)).not.toMatch(/[a-z]/);
    expect(lockWayOut({ code: 'moon-phase', wayOut: 'Wait.' })).toBe('Wait.');
  });
});
