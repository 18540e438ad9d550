import { describe, expect, it } from 'vitest';
import { cameraFileSchema } from '#edge/opcua/plain/camera-file.schema.ts';

const view = { viewId: 'top', cameraId: 'c1', counter: 'ns=2;s=Count', image: 'ns=2;s=Image', format: 'jpeg' };
const file = {
  adapter: 'counter',
  epoch: 'server-start',
  results: 'none',
  part: { productId: 'p', recipeId: 'r' },
  views: [view],
};

describe('a camera file', () => {
  it('says which nodes are the camera', () => {
    const layout = cameraFileSchema.parse({ ...file, part: { ...file.part, lot: 'ns=2;s=Lot' } });
    expect(layout.views[0]).toMatchObject({ images: ['ns=2;s=Image'], widthPx: null, significantBits: 8 });
    expect(layout.part).toEqual({ serial: null, lot: { node: 'ns=2;s=Lot' }, productId: 'p', recipeId: 'r' });
  });

  it.each<[string, object]>([
    ['without a counter', { ...file, views: [{ ...view, counter: undefined }] }],
    ['with neither image nor slots', { ...file, views: [{ ...view, image: undefined }] }],
    ['with image and slots', { ...file, views: [{ ...view, slots: ['i=1', 'i=2'] }] }],
    [
      'with pushed slots',
      { ...file, adapter: 'pushed', views: [{ ...view, image: undefined, slots: ['i=1', 'i=2'] }] },
    ],
    ['with raw pixels of no size', { ...file, views: [{ ...view, format: 'Mono8' }] }],
    [
      'with 16-bit pixels of unknown depth',
      { ...file, views: [{ ...view, format: 'Mono16', widthPx: 1, heightPx: 1 }] },
    ],
    ['with one view twice', { ...file, views: [view, view] }],
    ['with a key that nothing reads', { ...file, exposure: 3 }],
  ])('%s is refused', (_, text) => {
    expect(cameraFileSchema.safeParse(text).success).toBe(false);
  });
});
