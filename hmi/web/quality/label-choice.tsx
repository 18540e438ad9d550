import { Choice } from '#hmi/web/shell/choice.tsx';
import { labelText } from '#hmi/web/texts/reason-text.ts';

interface LabelChoiceProps {
  readonly name: string;
  /** What stands for no label in particular. */
  readonly any: string;
  /** '' for any. */
  readonly chosen: string;
  readonly labels: readonly string[];
  readonly onChoose: (label: string) => void;
}

/** One of the labels that were called, or any. The one chosen stays, also where it is called no more. */
export function LabelChoice({ name, any, chosen, labels, onChoose }: LabelChoiceProps) {
  const all = new Set(chosen === '' ? labels : [...labels, chosen]);
  const options = [['', any] as const, ...[...all].map((label) => [label, labelText(label)] as const)];
  return <Choice name={name} chosen={chosen} options={options} onChoose={onChoose} />;
}
