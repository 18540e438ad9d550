import type { Example, ExampleView } from '#store/examples/example.ts';
import type { Place, Side } from '#store/examples/split-examples.ts';

/** An image of the COCO file, its files written. */
export interface CocoEntry {
  readonly example: Example;
  readonly view: ExampleView;
  readonly place: Place;
  readonly fileName: string;
  /** null where the view has no golden sample. */
  readonly template: string | null;
}

/** What the head of the file says. */
export interface CocoInfo {
  /** ISO 8601 UTC. */
  readonly madeAt: string;
  readonly description: string;
}

const licence = 'Property of the plant that took the images; not licensed to be passed on';

/** The COCO file of one side, or of both; images keep their ids in every file. Labels are those of the recipes. */
export function cocoDocument(entries: readonly CocoEntry[], { madeAt, description }: CocoInfo, side: Side | null) {
  const labels = [...new Set(entries.flatMap(({ example }) => example.recipe.labels.map(({ label }) => label)))];
  const numbered = entries.map((entry, index) => ({ ...entry, id: index + 1 }));
  const own = numbered.filter(({ place }) => side === null || place.side === side);
  const boxes = own.flatMap(({ id, view }) => view.defects.map((defect) => ({ id, ...defect })));
  return {
    info: {
      description,
      version: '1',
      year: Number(madeAt.slice(0, 4)),
      date_created: madeAt,
      contributor: 'Hairline',
      dataset: 'hairline-examples',
      license: licence,
    },
    licenses: [{ id: 1, name: licence, url: '' }],
    images: own.map(imageOf),
    annotations: boxes.map(({ id, label, box }, index) => {
      const [width, height] = [box.x2 - box.x1, box.y2 - box.y1];
      const bbox = [box.x1, box.y1, width, height];
      const category_id = labels.indexOf(label) + 1;
      return { id: index + 1, image_id: id, category_id, bbox, area: width * height, iscrowd: 0, segmentation: [] };
    }),
    categories: labels.map((name, index) => ({ id: index + 1, name, supercategory: 'defect' })),
  };
}

function imageOf({ id, example, view, place, fileName, template }: CocoEntry & { readonly id: number }) {
  const { inspectionId, stationId, serial, simulated, kinds, truth } = example;
  return {
    id,
    file_name: fileName,
    width: view.widthPx,
    height: view.heightPx,
    license: 1,
    ...(view.capturedAt === null ? {} : { date_captured: view.capturedAt }),
    ...(template === null ? {} : { template }),
    group: place.group,
    // Nobody said where the defect is, or whether there is one: no boxes prove nothing here.
    ...(truth === 'open' ? { uncertain_negative: true } : {}),
    side: place.side,
    kinds,
    serial,
    station: stationId,
    view: view.viewId,
    inspection: inspectionId,
    simulated,
  };
}
