interface ChoiceProps {
  readonly name: string;
  readonly chosen: string;
  /** Each value with its words; a value alone is its own word. */
  readonly options: readonly (readonly [value: string, words?: string])[];
  readonly onChoose: (value: string) => void;
}

/** One of several values, from a list behind its name. */
export function Choice({ name, chosen, options, onChoose }: ChoiceProps) {
  return (
    <label>
      {name}{' '}
      <select value={chosen} onChange={({ target }) => onChoose(target.value)}>
        {options.map(([value, words = value]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
