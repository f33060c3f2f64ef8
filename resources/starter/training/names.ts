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

/** All pieces that names are put together from; the vocabulary holds each of them. */
export const NAME_PIECES = {
  starts: START,
  rest: [...new Set([...MIDDLE, ...END, ...TOWN_END])],
}

const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱郭何罗宋谢唐韩冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏汪田姜范方石姚谭廖邹熊陆孔'
const GIVEN =
  '伟芳娜秀敏静丽强磊洋艳勇军杰娟涛超霞平刚桂英华兰珍玲红梅琳雪辉鹏婷浩宇晨轩欣怡佳慧颖倩雅琪瑶莹琴凤萍燕彬斌鑫波宁俊峰健志远思诚嘉豪博睿'
const PLACE = '白石青柳溪桃沙松鹤龙泉云岭枫银湖兰梧桐竹鹿虎牛羊清阳岩滨渡荷菊榆槐桂坪川浦洲湾谷坡塘井岗'
const RARE = '彧翀骁璐曦黛骞晗瀚煜昶隽珂瑾璇妤姝嫣婧筠芷菡蕾蔚薇'

export const CHINESE_NAME_CHARACTERS = [...new Set([...SURNAMES, ...GIVEN, ...PLACE])]

function english(random: Random, ends: readonly string[]): string {
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
    if (language === 'zh') {
      if (random.chance(0.1)) return random.pick(['小', '阿', '老']) + random.pick([...GIVEN])
      return chinese(random, SURNAMES, GIVEN, random.chance(0.4) ? 2 : 3)
    }
    const first = random.chance(0.15) ? random.pick(REAL) : english(random, END)
    return random.chance(0.35) ? `${first} ${english(random, END)}` : first
  })
}

export function placeName(random: Random, language: 'en' | 'zh', held: boolean): string {
  return sided(held, () => {
    if (language === 'zh') return chinese(random, PLACE, PLACE, 2) + random.pick(['镇', '市', '村', '县', ''])
    return english(random, random.chance(0.5) ? TOWN_END : END)
  })
}
