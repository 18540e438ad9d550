import { describe, expect, it } from 'vitest';
import { parseServeOptions } from '#vlm/embedded/options.ts';

describe('the command line of the embedded reviewer', () => {
  it('has a value for everything', () => {
    expect(parseServeOptions([])).toMatchObject({ port: 0, threads: 1 });
    expect(parseServeOptions(['--port', '8123', '--threads', '2'])).toMatchObject({ port: 8123, threads: 2 });
  });

  it.each([
    { name: 'a port that is none', args: ['--port', '70000'], says: '--port' },
    { name: 'no threads at all', args: ['--threads', '0'], says: '--threads' },
    { name: 'half a thread', args: ['--threads', '0.5'], says: '--threads' },
    { name: 'an option it does not have', args: ['--prot', '1'], says: '--prot' },
  ])('refuses $name', ({ args, says }) => {
    expect(() => parseServeOptions(args)).toThrow(expect.objectContaining({ code: 'COMMAND_INVALID' }));
    expect(() => parseServeOptions(args)).toThrow(says);
  });

  it('names every fault at once', () => {
    expect(() => parseServeOptions(['--port', 'x', '--threads', 'y'])).toThrow(/--port.*--threads/);
  });
});
