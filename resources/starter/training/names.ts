// Invented names, kept apart for training and evaluation by a hash of the whole name.

import { isHeld, type Random } from './random.ts'

const START =
  'Ka Lo Mi Ta Be Ro An El Jo Da So Vi Pe Na Ha Ma Li Fe Ge Ni Ol Wi Ra Sa Te Is Ar Em Yu Zo Cor Mar Ben Fran Hel Bran Kat Sim Tom Vic Al Bri Cla Dor Fin Gar Hu Il Jas Kel Le Mo No Or Pa Qui Ru Ste Thom Ul Val Wal Zel Ed Gus Han Ker Lun Nor Os Per Rin Sel Tar'.split(
    ' ',
  )
const MIDDLE =
  'ri la no mi ve ta re do si ni ka be lo ra li go me da te se bi na vi co fa lu pe to ru de'.split(' ')
const END =
  'na n s lia rt don ck th ra mus lin bert ria son len ver dan rick man nie ton ley sa kin lo la ne ta go ry bel dis'.split(
    ' ',
  )
const TOWN_END = 'ville burg ton ford wick mouth field stad nau dorf hill haven low ster bridge'.split(' ')
const REAL =
  'Alice Tom Maria Ben Anna Lee Peter Paul Emma Oliver Sophie Max Laura David Sarah Mark Julia Daniel Lisa Simon Clara Henry Nina Robert Eva Martin Helen Frank Susan Jack Lucy Adam Grace George Rosa Victor Irene Oscar Ruth Walter Jane Leo Kate Hugo Ella Noah Mia Felix Ida Karl'.split(
    ' ',
  )
const LETTERS = 'abcdefghiklmnoprstuvz'
// Only in training, so that the names of the evaluation stay what they are: names as people have them, and towns.
const MORE_REAL =
  'Mara Lena Lara Nora Tina Sara Erik Jan Jonas Lukas Tim Paula Marta Elena Olga Ivan Boris Igor Pedro Luis Carlos Juan Maya Zoe Ava Amy Kim Joe Bob Jim Bill Fred Carl Hans Otto Fritz Greta Heidi Inge Olaf Sven Lars Astrid Freya Ahmed Ali Omar Fatima Aisha Yusuf Amir Leila Priya Ravi Anil Deepa Sanjay Chen Wei Ming Yuki Kenji Hana Emily Chloe Jacob Ethan Mason Logan Sam Alex Chris Pat Dana Robin Taylor Jordan Morgan Rachel Rebecca Hannah Esther Miriam Judith Naomi Agnes Beth Carol Diana Edith Fiona Gloria Hilda Irma Joan Karen Linda Monica Nancy Olivia Patricia Rita Stella Teresa Ursula Vera Wendy Yvonne Andrew Brian Charles Dennis Edward Felipe Gerald Howard Isaac James Kevin Louis Matthew Nathan Patrick Quentin Richard Stephen Thomas Vincent William'.split(
    ' ',
  )
const REAL_SURNAMES =
  'Smith Brown Jones Miller Davis Wilson Moore White Clark Lewis Hall Young King Wright Hill Green Baker Carter Parker Evans Cook Morris Bell Ward Cox Gray Price Wood Ross Long Hughes Lopez Garcia Silva Costa Rossi Ferrari Weber Schmidt Wagner Becker Hoffmann Koch Richter Klein Wolf Werner Novak Horvat Kowalski Nowak Larsen Hansen Jensen Olsen Berg Dahl Lund Khan Patel Singh Sharma Tanaka Sato Suzuki Kim Park Nguyen Tran Fischer Vogel Brandt Keller Stein Frank Haas Lang'.split(
    ' ',
  )
const REAL_TOWNS =
  'Berlin Paris London Rome Madrid Vienna Prague Oslo Dublin Lisbon Athens Warsaw Zurich Geneva Hamburg Munich Cologne Bremen Lyon Milan Naples Turin Bergen Malmo Porto Seville Boston Chicago Dallas Denver Seattle Houston Austin Tokyo Osaka Kyoto Seoul Delhi Mumbai Cairo Lagos Nairobi Lima Quito Bogota Toronto Sydney Perth Leeds York Bath Oxford Dover Leipzig Dresden Salzburg Basel Bern Ghent Bruges Utrecht Marston Linton Weston Norwich Ashford Kingston Preston Milton Newport Hastings'.split(
    ' ',
  )

/** All pieces that names are put together from; the vocabulary holds each of them. */
export const NAME_PIECES = {
  starts: START,
  rest: [...new Set([...MIDDLE, ...END, ...TOWN_END])],
}

/** Spelled in pieces and letters, so that a name in no list is read in the same way. */
export const SPELLED_NAMES = [...MORE_REAL, ...REAL_SURNAMES, ...REAL_TOWNS]

const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱郭何罗宋谢唐韩冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏汪田姜范方石姚谭廖邹熊陆孔'
const GIVEN =
  '伟芳娜秀敏静丽强磊洋艳勇军杰娟涛超霞平刚桂英华兰珍玲红梅琳雪辉鹏婷浩宇晨轩欣怡佳慧颖倩雅琪瑶莹琴凤萍燕彬斌鑫波宁俊峰健志远思诚嘉豪博睿'
const PLACE = '白石青柳溪桃沙松鹤龙泉云岭枫银湖兰梧桐竹鹿虎牛羊清阳岩滨渡荷菊榆槐桂坪川浦洲湾谷坡塘井岗'
/** Only in training: characters of foreign names, towns, and first names as people have them. */
const SOUNDS =
  '阿艾安巴贝比伯布查德迪杜恩尔法菲弗盖格哈赫霍基吉加杰卡凯科克拉莱兰劳雷里利莉琳卢鲁罗洛马玛麦曼梅米莫穆娜内尼诺帕佩皮普琪乔萨塞桑莎史斯索塔泰特汤托瓦维沃西希谢雅亚伊约泽扎'
const REAL_TOWNS_ZH =
  '北京 上海 广州 深圳 杭州 南京 武汉 成都 重庆 西安 天津 苏州 长沙 青岛 大连 厦门 昆明 沈阳 济南 郑州 合肥 福州 南昌 贵阳 兰州 太原 拉萨 桂林 宁波 无锡 温州 珠海 洛阳 开封 扬州 绍兴 丽江 敦煌 巴黎 伦敦 柏林 东京 罗马 纽约'.split(
    ' ',
  )
const REAL_ZH =
  '小明 小红 小刚 小丽 小华 小梅 小李 小王 小张 小陈 老王 老李 老张 阿强 阿芳 阿宝 丽丽 明明 乐乐 豆豆 妞妞 团团'.split(
    ' ',
  )
const RARE = '彧翀骁璐曦黛骞晗瀚煜昶隽珂瑾璇妤姝嫣婧筠芷菡蕾蔚薇'

export const CHINESE_NAME_CHARACTERS = [...new Set([...SURNAMES, ...GIVEN, ...PLACE])]

/** Pieces and letters in any order, so that names in no list are copied letter by letter as well. */
function mixed(random: Random, ends: readonly string[]): string {
  let name = random.pick(START)
  for (let n = random.int(1, 4); n > 0; n--) name += random.pick([...LETTERS])
  return random.chance(0.4) ? name + random.pick(ends) : name
}

function english(random: Random, ends: readonly string[], wide = false): string {
  if (wide && random.chance(0.3)) return mixed(random, ends)
  const roll = random.next()
  if (roll < 0.08) {
    let name = random.pick([...LETTERS]).toUpperCase()
    for (let n = random.int(2, 6); n > 0; n--) name += random.pick([...LETTERS])
    return name
  }
  let name = random.pick(START)
  const middles = roll < 0.4 ? 0 : roll < 0.85 ? 1 : 2
  for (let n = 0; n < middles; n++) name += random.pick(MIDDLE)
  return name + random.pick(ends)
}

function chinese(random: Random, first: string, rest: string, length: number): string {
  let name = random.pick([...first])
  for (let n = 1; n < length; n++) name += random.pick([...(random.chance(0.04) ? RARE : rest)])
  return name
}

/** Draws until the name is on the wanted side of the split. */
function sided(held: boolean, make: () => string): string {
  for (;;) {
    const name = make()
    if (isHeld(name) === held) return name
  }
}

export function personName(random: Random, language: 'en' | 'zh', held: boolean): string {
  return sided(held, () => {
    const wide = !held
    if (language === 'zh') {
      if (random.chance(0.1)) return random.pick(['小', '阿', '老']) + random.pick([...GIVEN])
      if (wide && random.chance(0.08)) return random.pick(REAL_ZH)
      if (wide && random.chance(0.12)) return chinese(random, SOUNDS, SOUNDS, random.int(2, 4))
      return chinese(random, SURNAMES, GIVEN, random.chance(0.4) ? 2 : 3)
    }
    if (wide && random.chance(0.25)) {
      const first = random.pick(MORE_REAL)
      return random.chance(0.35) ? `${first} ${random.pick(REAL_SURNAMES)}` : first
    }
    const first = random.chance(0.15) ? random.pick(REAL) : english(random, END, wide)
    return random.chance(0.35) ? `${first} ${english(random, END, wide)}` : first
  })
}

export function placeName(random: Random, language: 'en' | 'zh', held: boolean): string {
  return sided(held, () => {
    const wide = !held
    if (language === 'zh') {
      if (wide && random.chance(0.15)) return random.pick(REAL_TOWNS_ZH)
      if (wide && random.chance(0.1)) return chinese(random, SOUNDS, SOUNDS, random.int(2, 4))
      return chinese(random, PLACE, PLACE, 2) + random.pick(['镇', '市', '村', '县', ''])
    }
    if (wide && random.chance(0.15)) return random.pick(REAL_TOWNS)
    return english(random, random.chance(0.5) ? TOWN_END : END, wide)
  })
}
