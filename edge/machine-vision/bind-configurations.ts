import { type ExtensionObject, type UAObject, type UAVariable } from 'node-opcua';
import { bindMethods, good, numberOf, pageOf } from '#edge/machine-vision/bind-methods.ts';
import { names, noId, type VisionConfiguration, type VisionId } from '#edge/machine-vision/vision-ids.ts';
import {
  boolean,
  int32,
  readId,
  structure,
  structures as list,
  uint32,
  type Structures,
} from '#edge/machine-vision/vision-structures.ts';
import { visionErrors } from '#edge/machine-vision/vision-system.ts';

/**
 * Binds what a configuration management must have: OPC 40100-1, section 7.2. The one configuration is always active.
 * Returns what shows it anew.
 */
export function bindConfigurations(
  management: UAObject,
  active: () => VisionConfiguration,
  structures: Structures,
): () => void {
  const toStructure = (of: VisionConfiguration): ExtensionObject =>
    structures.make('ConfigurationDataType', {
      hasTransferableDataOnFile: false,
      internalId: structures.configuration(of),
      lastModified: of.loadedAt,
    });
  const none = (): ExtensionObject => toStructure({ ...noId, loadedAt: active().loadedAt });
  const variable = management.getComponentByName('ActiveConfiguration') as UAVariable | null;
  const find = (id: VisionId): boolean => id.id !== '' && names(id, active());
  const errorOf = (found: boolean): number => (found ? visionErrors.none : visionErrors.configurationUnknown);
  bindMethods(management, {
    GetConfigurationList: ([maxResults, startIndex]) => {
      const { page, isComplete } = pageOf([active()], numberOf(maxResults), numberOf(startIndex));
      const configurations = list(page.map(toStructure));
      return good(boolean(isComplete), uint32(page.length), uint32(0), configurations, int32(visionErrors.none));
    },
    GetConfigurationById: ([asked]) => {
      const found = find(readId(asked));
      return good(uint32(0), structure(found ? toStructure(active()) : none()), int32(errorOf(found)));
    },
    ActivateConfiguration: ([asked]) => good(int32(errorOf(find(readId(asked))))),
  });
  const show = (): void => variable?.setValueFromSource(structure(toStructure(active())));
  show();
  return show;
}
