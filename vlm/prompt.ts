/** A versioned prompt file: its sections by name. */
export interface Prompt {
  /** File name without extension, e.g. `inspect-1`. */
  readonly id: string;
  /** Digest of the file. */
  readonly sha256: string;
  /** The file itself. */
  readonly text: string;
  readonly sections: Readonly<Record<SectionName, string>>;
}

const sectionNames = [
  'system',
  'user',
  'picture-single',
  'picture-golden',
  'claim-named',
  'claim-anchored',
  'claim-blind',
  'units-pixels',
  'units-shares',
  'language-en',
  'language-zh',
] as const;

type SectionName = (typeof sectionNames)[number];

/** Cuts a prompt file at its first-level headings. Answers the faults of the file instead where it has any. */
export function parsePrompt(
  text: string,
  file: { readonly id: string; readonly sha256: string },
): Prompt | readonly string[] {
  const found = new Map<string, string>();
  const faults: string[] = [];
  for (const part of text.split(/^# /m).slice(1)) {
    const end = part.indexOf('\n');
    const name = part.slice(0, end < 0 ? undefined : end).trim();
    if (found.has(name)) faults.push(`section "${name}" stands twice`);
    if (!(sectionNames as readonly string[]).includes(name)) faults.push(`section "${name}" is not known`);
    found.set(name, end < 0 ? '' : part.slice(end).trim());
  }
  const section = (name: SectionName): string => {
    const body = found.get(name) ?? '';
    if (body === '') faults.push(`section "${name}" is missing or empty`);
    return body;
  };
  const sections = Object.fromEntries(sectionNames.map((name) => [name, section(name)])) as Prompt['sections'];
  return faults.length > 0 ? faults : { id: file.id, sha256: file.sha256, text, sections };
}

/** What the places `{{...}}` of a prompt are filled with. */
export type PromptValues = Readonly<Record<string, string>>;

/** Which sections a question needs. */
export interface PromptChoice {
  readonly picture: 'single' | 'golden';
  readonly claim: 'named' | 'anchored' | 'blind';
  readonly units: 'pixels' | 'shares';
  readonly language: 'en' | 'zh';
}

/** The two texts of a question. @throws RangeError for a place in the prompt that nothing fills. */
export function renderPrompt(
  prompt: Prompt,
  choice: PromptChoice,
  values: PromptValues,
): { readonly system: string; readonly user: string } {
  const { sections } = prompt;
  const all: PromptValues = {
    ...values,
    picture: fill(sections[`picture-${choice.picture}`], values),
    claim: fill(sections[`claim-${choice.claim}`], values),
    units: fill(sections[`units-${choice.units}`], values),
    language: sections[`language-${choice.language}`],
  };
  return { system: sections.system, user: fill(sections.user, all) };
}

/** Fills in one pass, so that a value which looks like a place stays text. */
function fill(text: string, values: PromptValues): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`the prompt has a place {{${name}}} that nothing fills`);
    return value;
  });
}
