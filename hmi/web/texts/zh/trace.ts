import type { trace as english } from '#hmi/web/texts/en/trace.ts';
import type { SameKeys } from '#hmi/web/texts/same-keys.ts';

/** Texts of the page that finds inspections. */
export const trace = {
  trace: {
    serial: '序列号',
    lot: '批次',
    station: '工位',
    label: '缺陷',
    model: '模型版本',
    recipe: '配方版本',
    verdict: '判定',
    from: '从',
    to: '到',
    decided: '判定时间',
    disposition: '处置',
    any: '不限',
    find: '查找',
    asking: '正在查询…',
    found: '{{count}}{{more}} 次检测',
    none: '没有符合的检测。序列号、批次和版本须与记录完全一致，包括大小写和连字符。',
    failed: '无法载入列表：{{message}}',
    more: '显示更多',
    export: '导出为 CSV',
  },
} as const satisfies SameKeys<typeof english>;
