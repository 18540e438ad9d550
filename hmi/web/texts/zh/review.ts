import type { review as english } from '#hmi/web/texts/en/review.ts';
import type { SameKeys } from '#hmi/web/texts/same-keys.ts';

/** Texts of the review queue. */
export const review = {
  review: {
    question: '有缺陷吗？',
    empty: '没有等待人工的零件。',
    emptyHint: '未决、有争议或不合格的零件会自动出现在这里。',
    failed: '无法载入队列：{{message}}。{{wayOut}}',
    waiting: '{{count}} 件等待',
    defect: '有：真缺陷',
    falseCall: '没有：误报',
    judged: { defect: '您看到缺陷', 'false-call': '您没有看到缺陷' },
    back: '重新判断',
    machineSaid: '机器判为{{verdict}}',
    whatNow: '如何处置此零件？',
    why: '原因',
    serial: '手中零件的序列号：扫描或输入',
    serialWrong: '这不是所示零件的序列号。请扫描零件本身，或按原样（区分大小写）输入序列号。',
    confirm: '确认',
    done: '{{serial}}：{{disposition}}',
    undo: '撤销',
    undone: '{{serial}} 重新等待',
    notSaved: '{{serial}} 未保存：{{message}}。{{wayOut}}',
    keys: '按键',
    keysDo: {
      defect: '真缺陷',
      falseCall: '误报',
      disposition: '放行、返工、报废、保留',
      confirm: '确认',
      undo: '撤销上一项',
      view: '下一视图',
      zoom: '缩放',
      back: '重新判断',
    },
    zoomIn: '放大',
    zoomOut: '缩小',
    zoomFit: '整个零件',
    zoomTo: '放大{{label}}',
    boxes: '方框',
  },
} as const satisfies SameKeys<typeof english>;
