import type { equipment as english } from '#hmi/web/texts/en/equipment.ts';
import type { SameKeys } from '#hmi/web/texts/same-keys.ts';

/** Texts about what stations work with. */
export const equipment = {
  equipment: {
    title: '工位使用的资源',
    of: '工位 {{stationId}}',
    loading: '正在询问边缘节点…',
    failed: '无法载入工位资源：{{message}}。{{wayOut}}',
    away: '其边缘节点没有应答：目前不知道它使用什么。',
    approvals: '标准样件与标定',
    noViews: '正在运行的配方近期未在此判定零件：下一件零件判定后，此处会显示所需样件。',
    noGoldenNeeded: '判定不需要标准样件。',
    goldenOf: '{{productId}} 的标准样件',
    byNobody: '无人批准：文件夹中的即有效',
    notApproved: '未批准：以它对照的零件均为未决',
    lapsed: '{{name}} 的批准已于 {{until}} 到期：工位将锁定',
    approvedBy: '{{name}} 批准，至 {{until}}，还有 {{days}} 天',
    calibration: '标定：每像素 {{mmPerPx}} 毫米，± {{uncertainty}} 毫米，',
    days: '有效天数',
    approveGoldens_one: '起草我对此标准样件的批准',
    approveGoldens_other: '起草我对这 {{count}} 个标准样件的批准',
    approveCalibration: '起草我对此标定的批准',
    models: '检测模型',
    noCard: '没有模型卡：无人说明它用什么训练。',
    reviewer: '复核模型与提示词',
    noReviewer: '未配置：检测模型独自判定，存疑零件交给人工。',
    qualified:
      '自 {{at}} 起使用：{{defects}} 个已知缺陷中漏 {{missed}} 个，{{falseCalls}} 个已知误报中有 {{calledDefect}} 个被称为缺陷。',
    notQualified: '尚未通过变更关口：启用前无人用已知缺陷测量过它。',
    calibrated: '其确定度已校准。',
    notCalibrated: '它不给出确定度。',
    prompt: '提示词 {{id}}',
    before: '此前使用：',
    gate: '更换模型或提示词须经 npm run vlm -- qualify，更差的会被拒绝；npm run vlm -- rollback 恢复上一个。',
    camera: '相机与证书',
    noCertificates: '没有证书：通道未加密，或从未打开。',
    column: { state: '状态', thumbprint: '指纹', subject: '持有者', until: '有效至' },
    state: { own: '本节点', trusted: '已信任', rejected: '已拒绝' },
    certificatesHow: '在边缘节点执行：npm run edge -- trust、reject 或 renew，按指纹。',
  },
} as const satisfies SameKeys<typeof english>;
