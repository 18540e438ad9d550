import { z } from 'zod';

const answered = z.object({ verdict: z.string(), label: z.string() });

const english = {
  open: 'A conductor is interrupted.',
  short: 'Conductors are joined that should be apart.',
  mousebite: 'Copper is missing at the edge of a conductor.',
  spur: 'Copper juts out of a conductor.',
  copper: 'There is copper where none should be.',
  'pin-hole': 'There is a hole in the copper.',
  pitting: 'The surface is pitted.',
} as const;

const chinese: Readonly<Record<keyof typeof english, string>> = {
  open: '导线断开。',
  short: '本应分开的导线连在一起。',
  mousebite: '导线边缘缺铜。',
  spur: '导线上有铜凸出。',
  copper: '不应有铜的地方有铜。',
  'pin-hole': '铜面上有孔。',
  pitting: '表面有点蚀。',
};

/** The sentence that goes with an answer: a template of verdict and label, no free text of the model. */
export function explain(answer: string, language: 'en' | 'zh'): string {
  const { verdict, label } = answered.parse(JSON.parse(answer));
  const zh = language === 'zh';
  const sentences: Readonly<Record<string, string>> = zh ? chinese : english;
  if (verdict === 'defect')
    return sentences[label] ?? (zh ? `可见缺陷：${label}。` : `A defect is to be seen: ${label}.`);
  if (verdict === 'false_call') return zh ? `无害原因：${label}。` : `The cause is harmless: ${label}.`;
  return zh ? '看不到缺陷，也看不到无害原因。' : 'Neither a defect nor a harmless cause is to be seen.';
}
