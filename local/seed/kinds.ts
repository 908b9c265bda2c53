/** One kind of instrument that laboratories really share, and the test sold with it. All of it is invented: 演示数据. */
export interface Kind {
  name: string;
  class_code: string;
  use: string;
  /** What it is used on, in which shape, and for which study: their combinations make the uses as various as a real catalogue's, and each still fits the instrument. */
  objects: string[];
  shapes: string[];
  studies: string[];
  /** «名：值»; of `{a|b|c}` each instrument has one. */
  specs: string[];
  units: string[];
  service: { name: string; standard: string; sample: string; days: [number, number] };
}

const metals = ['轴承钢', '钛合金', '铝镁合金', '高温合金', '焊缝', '铸件', '管线钢', '稀土永磁体'];
const ceramics = ['耐火材料', '氮化硅陶瓷', '超硬材料', '人造金刚石', '磨料磨具', '光伏玻璃'];
const polymers = ['碳纤维复合材料', '聚氨酯泡沫', '橡胶密封件', '医用高分子', '电缆绝缘料', '芯片封装胶'];
const films = ['锂电池正极材料', '石墨烯薄膜', '纳米涂层', '传感器敏感膜', '铜箔', '光纤预制棒'];
const foods = ['小麦面粉', '花生油', '中药饮片', '速冻食品', '乳制品', '烟草', '植物种子'];
const earth = ['土壤', '饮用水', '煤矸石', '粉煤灰'];
const parts = ['轴承套圈', '齿轮', '涡轮叶片', '增材制造件', '铸件', '焊缝', '芯片封装件', '电池电芯'];
const circuits = ['高速连接器', '毫米波天线', '电源模块', '光模块', '射频滤波器', '传感器前端', '功率器件', '线缆组件'];

const solid = ['块体样品', '断面样品', '涂层样品', '粉末样品'];
const thin = ['粉末样品', '颗粒样品', '薄膜样品', '切片样品'];
const extracts = ['溶液样品', '提取液样品', '萃取物样品'];
const pieces = ['成品件', '毛坯件', '样件'];
const boards = ['样机', '样件', '测试板'];

const structure = ['失效机理', '微区成分', '晶粒取向', '界面结合', '耐腐蚀', '工艺改进', '热稳定性', '电化学性能'];
const strength = ['失效机理', '寿命评估', '疲劳裂纹扩展', '轻量化设计', '国产替代', '工艺改进', '可靠性验证'];
const organic = ['配方优化', '残留溶剂', '安全性评价', '绿色制造', '工艺改进'];
const signals = ['可靠性验证', '国产替代', '信号完整性', '电磁兼容', '低功耗设计', '寿命评估'];
const shaping = ['工艺改进', '轻量化设计', '国产替代', '可靠性验证', '装配精度', '失效机理'];

const anyUnit = ['样', '小时', '次'];
const byTime = ['小时', '次'];

export const kinds: Kind[] = [
  {
    name: '场发射扫描电子显微镜',
    class_code: '01',
    use: '材料断口与表面形貌观察、能谱成分分析',
    objects: [...metals, ...ceramics, ...films, '碳纤维复合材料'],
    shapes: solid,
    studies: structure,
    units: anyUnit,
    specs: [
      '分辨率：{0.8|1.0|1.2} nm（15 kV）',
      '加速电压：{0.1|0.2|0.5}～30 kV',
      '放大倍数：{10|20|25}～{80 万|100 万}倍',
      '能谱：{60|80|100} mm² 探测器，元素 Be～U',
    ],
    service: {
      name: '扫描电镜断口形貌检测',
      standard: '扫描电镜断口形貌与能谱分析方法',
      sample: '块体不大于 20 mm×20 mm×10 mm，粉末不少于 50 mg；干燥、无磁，断口勿触摸。',
      days: [3, 7],
    },
  },
  {
    name: '透射电子显微镜',
    class_code: '01',
    use: '晶体结构与纳米颗粒分析',
    objects: [...metals, ...ceramics, ...films],
    shapes: thin,
    studies: structure,
    units: anyUnit,
    specs: [
      '点分辨率：{0.19|0.23|0.24} nm',
      '加速电压：{80～200|120～200|80～300} kV',
      '样品台倾角：±{30|35|40}°',
      '附件：{能谱|能谱与电子能量损失谱|能谱与高速相机}',
    ],
    service: {
      name: '透射电镜晶体结构检测',
      standard: '透射电镜选区衍射与高分辨成像方法',
      sample: '粉末不少于 20 mg，或直径 3 mm 的减薄样品 2 片；需制样请预先说明。',
      days: [7, 15],
    },
  },
  {
    name: 'X射线衍射仪',
    class_code: '01',
    use: '物相鉴定与残余应力测定',
    objects: [...metals, ...ceramics, ...films],
    shapes: solid,
    studies: structure,
    units: anyUnit,
    specs: [
      '光源：Cu 靶，{2.2|3|9} kW',
      '角度范围：{−3|2|5}～{150|160}°（2θ）',
      '最小步长：{0.0001|0.0005|0.001}°',
      '高温附件：最高 {1000|1200|1600} ℃',
    ],
    service: {
      name: '物相与残余应力检测',
      standard: '多晶衍射物相鉴定与残余应力测定方法',
      sample: '粉末过 300 目，不少于 0.5 g；块体测试面平整，不小于 10 mm×10 mm。',
      days: [3, 8],
    },
  },
  {
    name: '高效液相色谱仪',
    class_code: '01',
    use: '有机物定性定量分析',
    objects: [...foods, ...polymers],
    shapes: extracts,
    studies: organic,
    units: anyUnit,
    specs: [
      '流量范围：0.001～{5|10} mL/min',
      '检测器：{二极管阵列|紫外与荧光|二极管阵列与示差}',
      '波长范围：190～{640|700|800} nm',
      '柱温：{4|10|15}～{80|85|90} ℃',
    ],
    service: {
      name: '液相色谱有机物检测',
      standard: '高效液相色谱定量分析方法',
      sample: '固体不少于 5 g，液体不少于 20 mL，冷藏避光；请附目标物名称与参考含量。',
      days: [5, 10],
    },
  },
  {
    name: '气相色谱质谱联用仪',
    class_code: '01',
    use: '挥发性成分分析',
    objects: [...foods, ...polymers, '齿轮油', '沥青'],
    shapes: extracts,
    studies: organic,
    units: anyUnit,
    specs: [
      '质量范围：{1.5～1050|2～1000|1.6～1050} u',
      '灵敏度：八氟萘 1 pg，信噪比不低于 {600|1000|1500}',
      '最高炉温：{350|450} ℃',
      '进样：{液体|液体与顶空|液体、顶空与热脱附}',
    ],
    service: {
      name: '气质联用挥发物检测',
      standard: '气相色谱质谱联用分析方法',
      sample: '密封玻璃瓶装，固体不少于 5 g，液体不少于 10 mL，4 ℃ 保存。',
      days: [5, 10],
    },
  },
  {
    name: '电感耦合等离子体质谱仪',
    class_code: '01',
    use: '痕量元素分析',
    objects: [...foods, ...earth, ...films],
    shapes: ['消解液样品', '浸出液样品', '溶液样品'],
    studies: ['重金属迁移', '安全性评价', '绿色制造', '杂质控制', '工艺改进'],
    units: anyUnit,
    specs: [
      '质量范围：{2～260|4～290|5～260} u',
      '检出限：{0.1|0.5|1} ng/L（In）',
      '氧化物产率：不高于 {1.5|2|3}%',
      '碰撞反应池：{氦气|氦气与氢气|氦气与氨气}',
    ],
    service: {
      name: '痕量元素检测',
      standard: '电感耦合等离子体质谱多元素测定方法',
      sample: '固体不少于 2 g，液体不少于 50 mL，勿用金属容器盛装。',
      days: [4, 9],
    },
  },
  {
    name: '激光共聚焦显微镜',
    class_code: '01',
    use: '细胞与材料三维成像',
    objects: ['医用高分子', '植物种子', '培养细胞', '组织切片', '水凝胶', '生物膜'],
    shapes: ['薄膜样品', '切片样品', '荧光标记样品'],
    studies: ['安全性评价', '细胞毒性', '配方优化', '药物递送', '界面结合'],
    units: anyUnit,
    specs: [
      '激光波长：405、488、{543|561}、{633|640} nm',
      '横向分辨率：{120|140|180} nm',
      '轴向步进：{10|20|50} nm',
      '物镜：{5～100|10～63|10～100}倍',
    ],
    service: {
      name: '激光共聚焦三维成像检测',
      standard: '激光共聚焦三维成像方法',
      sample: '荧光样品须避光固定，盖玻片厚 0.17 mm；材料样品表面起伏不大于 2 mm。',
      days: [3, 8],
    },
  },
  {
    name: '万能材料试验机',
    class_code: '02',
    use: '拉伸、压缩与弯曲试验',
    objects: [...metals, ...ceramics, ...polymers, '混凝土', '沥青'],
    shapes: ['块体样品', '标准试样', '成品件'],
    studies: strength,
    units: anyUnit,
    specs: [
      '最大试验力：{50|100|300|600} kN',
      '准确度等级：{0.5|1} 级',
      '横梁速度：{0.001|0.005}～{500|1000} mm/min',
      '高温炉：最高 {900|1100|1200} ℃',
    ],
    service: {
      name: '力学性能检测',
      standard: '材料拉伸、压缩与弯曲试验方法',
      sample: '按标准加工的试样，每组不少于 3 件；请附图纸与热处理状态。',
      days: [3, 10],
    },
  },
  {
    name: '疲劳试验机',
    class_code: '02',
    use: '高周与低周疲劳性能',
    objects: [...metals, '碳纤维复合材料', '橡胶密封件'],
    shapes: ['块体样品', '标准试样', '成品件'],
    studies: strength,
    units: byTime,
    specs: [
      '最大动态力：±{25|50|100|250} kN',
      '频率范围：0.01～{50|100|200} Hz',
      '作动器行程：±{50|75|100} mm',
      '环境箱：{−70～350|−100～300|室温～1000} ℃',
    ],
    service: {
      name: '疲劳性能检测',
      standard: '金属材料轴向疲劳试验方法',
      sample: '光滑或缺口试样，每组不少于 8 件，表面粗糙度 Ra 不大于 0.2 µm。',
      days: [10, 22],
    },
  },
  {
    name: '硬度计',
    class_code: '02',
    use: '金属与陶瓷硬度',
    objects: [...metals, ...ceramics],
    shapes: ['块体样品', '断面样品', '涂层样品'],
    studies: strength,
    units: anyUnit,
    specs: [
      '标尺与试验力：{HV，0.098～19.6 N|HRC，588～1471 N|HB，613～29 420 N}',
      '示值误差：±{1|2|3}%',
      '载物台行程：{100×100|120×80|150×100} mm',
    ],
    service: {
      name: '硬度检测',
      standard: '维氏与洛氏硬度试验方法',
      sample: '试验面抛光，上下面平行，厚度不小于压痕深度的 10 倍。',
      days: [2, 5],
    },
  },
  {
    name: '三坐标测量机',
    class_code: '03',
    use: '几何尺寸与形位误差',
    objects: parts,
    shapes: pieces,
    studies: shaping,
    units: anyUnit,
    specs: [
      '行程：{700×1000×700|900×1200×800|1200×2000×1000} mm',
      '示值误差：{1.5|1.8|2.2} µm + L/{300|333|350}',
      '测头：{触发式|接触扫描|接触与光学复合}',
      '测量环境：20 ℃ ± {0.5|1} ℃',
    ],
    service: {
      name: '尺寸与形位误差检测',
      standard: '坐标测量几何尺寸检测方法',
      sample: '清洁去毛刺，恒温 24 小时；请附三维模型与公差要求。',
      days: [2, 6],
    },
  },
  {
    name: '矢量网络分析仪',
    class_code: '04',
    use: '射频器件参数测量',
    objects: circuits,
    shapes: boards,
    studies: signals,
    units: byTime,
    specs: [
      '频率范围：{9 kHz|100 kHz|10 MHz}～{26.5|43.5|67} GHz',
      '动态范围：{120|130|135} dB',
      '端口：{2|4} 个',
      '迹线噪声：{0.002|0.004|0.006} dB',
    ],
    service: {
      name: '射频器件参数检测',
      standard: '射频器件散射参数测量方法',
      sample: '带标准接口或测试夹具的器件 3 件；请附接口型号与频段。',
      days: [3, 7],
    },
  },
  {
    name: '示波器',
    class_code: '04',
    use: '高速信号测量',
    objects: circuits,
    shapes: boards,
    studies: signals,
    units: byTime,
    specs: [
      '带宽：{2|4|8|16} GHz',
      '采样率：{40|80} GSa/s',
      '通道：4 个，{8|10|12} 位',
      '存储深度：{500 M|1 G|2 G} 点',
    ],
    service: {
      name: '高速信号完整性检测',
      standard: '高速数字信号眼图与抖动测量方法',
      sample: '可上电的样机 1 套，预留测试点；请附接口协议与供电要求。',
      days: [3, 7],
    },
  },
  {
    name: '海流剖面仪',
    class_code: '05',
    use: '水体流速剖面',
    objects: ['黄河河道', '水库', '引水渠', '湖泊', '河口', '泵站进水池'],
    shapes: ['断面观测', '定点观测', '走航观测'],
    studies: ['水资源利用', '灾害预警', '生态修复', '泥沙输移', '水工设计'],
    units: byTime,
    specs: [
      '频率与剖面深度：{300 kHz，110 m|600 kHz，50 m|1200 kHz，20 m}',
      '流速量程：±{5|10|20} m/s',
      '流速准确度：±{0.25|0.3|0.5}%',
    ],
    service: {
      name: '水体流速剖面检测',
      standard: '声学多普勒流速剖面测量方法',
      sample: '现场测量，无需送样；请提供断面位置、水深与通行条件。',
      days: [5, 12],
    },
  },
  {
    name: '探地雷达',
    class_code: '06',
    use: '浅层地质结构探测',
    objects: ['路基', '隧道衬砌', '堤防', '文物遗址', '地下管线', '采空区'],
    shapes: ['测线探测', '网格探测', '钻孔探测'],
    studies: ['灾害预警', '智能建造', '地下空间开发', '结构安全', '养护决策'],
    units: byTime,
    specs: [
      '频率与探测深度：{100 MHz，15 m|270 MHz，6 m|400 MHz，4 m}（依介质）',
      '扫描速度：{100|200|400} 道/s',
      '定位：{测距轮|测距轮与卫星定位}',
    ],
    service: {
      name: '浅层地质结构检测',
      standard: '探地雷达浅层探测方法',
      sample: '现场探测，无需送样；请提供测区范围与已有管线资料。',
      days: [5, 15],
    },
  },
  {
    name: '气溶胶粒径谱仪',
    class_code: '07',
    use: '颗粒物粒径分布',
    objects: ['车间扬尘', '焊接烟尘', '燃煤烟气', '雾化喷雾', '洁净室空气', '城市大气颗粒物'],
    shapes: ['在线气样', '稀释气样', '滤膜样品'],
    studies: ['绿色制造', '安全性评价', '源解析', '过滤材料', '空气净化'],
    units: byTime,
    specs: [
      '粒径范围：{0.01～1|0.3～10|0.5～20} µm',
      '粒径通道：{32|52|64} 个',
      '采样流量：{1.0|2.5|5.0} L/min',
      '浓度上限：{1000|3000|10 000} 个/cm³',
    ],
    service: {
      name: '颗粒物粒径分布检测',
      standard: '气溶胶粒径谱测量方法',
      sample: '现场采样或送滤膜，滤膜直径 47 mm，密封避光。',
      days: [3, 8],
    },
  },
  {
    name: '光谱仪',
    class_code: '08',
    use: '弱光谱线测量',
    objects: ['星光导入光纤', '激光等离子体', '量子点薄膜', '荧光粉', '气体放电管', '单光子源'],
    shapes: ['弱光信号', '瞬态谱线', '发射谱线'],
    studies: ['国产替代', '探测器标定', '发光机理', '遥感校验', '量子通信'],
    units: byTime,
    specs: [
      '波长范围：{200～1100|350～1000|400～2500} nm',
      '光谱分辨率：{0.05|0.1|0.2} nm',
      '探测器制冷：{−60|−80|−100} ℃',
      '杂散光：不高于 {0.03|0.05|0.1}%',
    ],
    service: {
      name: '弱光谱线检测',
      standard: '弱光光谱测量方法',
      sample: '薄膜不小于 10 mm×10 mm，粉末不少于 0.2 g；光纤输入请注明芯径。',
      days: [3, 8],
    },
  },
  {
    name: '流式细胞仪',
    class_code: '09',
    use: '细胞分型与计数',
    objects: ['免疫细胞', '肿瘤细胞系', '干细胞', '酵母', '植物原生质体', '益生菌'],
    shapes: ['细胞悬液样品', '固定样品', '荧光标记样品'],
    studies: ['药物筛选', '细胞毒性', '疫苗研发', '菌种选育', '安全性评价', '细胞周期'],
    units: anyUnit,
    specs: [
      '激光：488、{405|561}、{637|640} nm',
      '荧光通道：{8|13|18} 个',
      '检测速度：{10 000|25 000|35 000} 个/s',
      '粒径下限：{0.2|0.3|0.5} µm',
    ],
    service: {
      name: '细胞分型与计数检测',
      standard: '流式细胞术分型与计数方法',
      sample: '单细胞悬液，每管不少于 100 万个，冰上避光送样；请附标记方案。',
      days: [2, 6],
    },
  },
  {
    name: '伽马谱仪',
    class_code: '10',
    use: '放射性核素分析',
    objects: [...earth, '混凝土', '耐火材料', '稀土矿渣', '磷石膏'],
    shapes: ['粉末样品', '颗粒样品', '标准容器样品'],
    studies: ['安全性评价', '绿色制造', '固废利用', '放射性本底'],
    units: anyUnit,
    specs: [
      '探测器：高纯锗，相对效率 {30|40|60}%',
      '能量分辨率：{1.8|1.9|2.0} keV（1332 keV）',
      '能量范围：{3 keV|10 keV|40 keV}～{3|10} MeV',
      '铅室厚度：{100|120|150} mm',
    ],
    service: {
      name: '放射性核素检测',
      standard: '高纯锗伽马能谱分析方法',
      sample: '烘干磨细过 60 目，不少于 500 g，密封放置 20 天后测量。',
      days: [20, 25],
    },
  },
  {
    name: '工业CT',
    class_code: '11',
    use: '零件内部缺陷无损检测',
    objects: parts,
    shapes: pieces,
    studies: [...shaping, '孔隙率'],
    units: anyUnit,
    specs: [
      '管电压与分辨率：{160 kV，3 µm|225 kV，5 µm|450 kV，50 µm}',
      '最大工件：直径 {200|300|500} mm',
      '转台承重：{10|50|100} kg',
    ],
    service: {
      name: '内部缺陷无损检测',
      standard: '工业计算机层析成像检测方法',
      sample: '单件不超过转台承重；请注明材质、最大壁厚与关注的缺陷。',
      days: [3, 8],
    },
  },
  {
    name: '热等静压机',
    class_code: '12',
    use: '粉末致密化工艺试验',
    objects: ['高温合金', '钛合金', '氮化硅陶瓷', '超硬材料', '硬质合金', '钨铜合金'],
    shapes: ['粉末样品', '包套样品', '块体样品'],
    studies: ['工艺改进', '热稳定性', '界面结合', '国产替代', '孔隙率', '寿命评估'],
    units: byTime,
    specs: [
      '最高温度：{1250|1400|2000} ℃',
      '最高压力：{100|150|200} MPa',
      '有效热区：直径 {150|200|300} mm，高 {300|500|900} mm',
      '介质：{氩气|氩气与氮气}',
    ],
    service: {
      name: '热等静压致密化试验',
      standard: '热等静压致密化试验方法',
      sample: '粉末须封装在包套内并检漏；请附温度、压力与保持时间。',
      days: [8, 18],
    },
  },
  {
    name: '飞秒激光器',
    class_code: '13',
    use: '微纳加工与光谱实验',
    objects: ['光伏玻璃', '人造金刚石', '芯片封装件', '石墨烯薄膜', '医用高分子', '光学晶体'],
    shapes: ['薄膜样品', '基片样品', '切片样品'],
    studies: ['工艺改进', '国产替代', '微结构', '非线性光学', '界面结合', '超快过程'],
    units: byTime,
    specs: [
      '波长与脉宽：{800 nm，35 fs|800 nm，100 fs|1030 nm，290 fs}',
      '频率与脉冲能量：{1 kHz，3 mJ|10 kHz，1 mJ|200 kHz，0.1 mJ}',
      '功率稳定性：{0.5|1}%（8 小时）',
    ],
    service: {
      name: '飞秒激光微加工试验',
      standard: '飞秒激光微加工试验方法',
      sample: '基片不大于 100 mm×100 mm，双面抛光；请附加工图形与深度。',
      days: [5, 12],
    },
  },
  {
    name: '高性能计算集群',
    class_code: '14',
    use: '仿真计算',
    objects: ['整车碰撞', '涡轮叶片', '电池热管理', '新药分子', '气象预报', '结构强度'],
    shapes: ['模型', '算例', '参数扫描'],
    studies: ['轻量化设计', '寿命评估', '配方优化', '灾害预警', '失效机理', '绿色制造'],
    units: ['小时'],
    specs: [
      '节点与峰值性能：{64 个，300 TFLOPS|128 个，600 TFLOPS|256 个，1200 TFLOPS}',
      '节点内存：{192|256|512} GB',
      '互连：{100|200} Gb/s',
    ],
    service: {
      name: '多物理场仿真分析',
      standard: '有限元与流体仿真分析规程',
      sample: '提供几何模型、材料参数与边界条件；数据不出本单位。',
      days: [5, 15],
    },
  },
  {
    name: '环境试验箱',
    class_code: '15',
    use: '高低温湿热试验',
    objects: [...circuits, ...polymers, '电池电芯', '车载控制器'],
    shapes: ['成品件', '组件', '样件'],
    studies: ['可靠性验证', '寿命评估', '热稳定性', '失效机理', '国产替代'],
    units: anyUnit,
    specs: [
      '温度范围：{−40|−60|−70}～{150|180} ℃',
      '湿度范围：{10|20}%～98%',
      '升降温速率：{3|5|15} ℃/min',
      '有效容积：{225|500|1000} L',
    ],
    service: {
      name: '高低温湿热检测',
      standard: '高低温与恒定湿热试验方法',
      sample: '不超过有效容积的三分之一；请附通电要求与判据。',
      days: [7, 20],
    },
  },
];
