// Texts written as a whole, longer than the families', with questions about single places in them.
import { fact, followUp, paraphrase } from './family.ts'
import type { WrittenDocument } from './family.ts'

const lighthouse: WrittenDocument = {
  file: 'The lamp on Skarn.md',
  half: 'tuning',
  language: 'en',
  kind: 'markdown',
  text: `# The lamp on Skarn

## The island

Skarn is a rock with a garden on it. From the mainland it looks like an overturned boat, and in a west wind it sounds like one, too. The
rock is eight hundred steps long and nowhere wider than a hundred and twenty. Nobody was born on it, and only one person is buried there.

The soil of the garden was brought over in fish boxes. It took the first keeper's wife eleven summers to carry it up, two boxes for every
crossing, and she reckoned later that she had planted her potatoes in the ground of four parishes.

## The lamp

The first lamp burned colza oil and was lit in the year of the great herring. It had nine wicks, and trimming them took longer than eating
dinner. When paraffin came the tower was given a new lens from a workshop in Dravik, so heavy that a cow had to be slaughtered to make room
for its crate in the boat, as the joke goes; in truth the cow was sold.

The light turns once in fourteen seconds. In the days of the clockwork a weight of ninety pounds hung in the shaft of the tower, and it had
to be wound up every three hours and twenty minutes. The keepers slept accordingly. It is said that Ansel Moy, who kept the lamp for
thirty-one years, woke up at the right minute until the end of his life, even in a house without a tower.

## The log

Every keeper wrote a log. Most entries are about weather, and many about hens. In the winter of the long ice the log says on forty-four
days in a row: "Nothing." On the forty-fifth day it says: "A fox." How the fox came there and where it went nobody knows, but three hens
were missing when the ice broke.

The strangest entry was made by Moy's assistant, Petra Lund. On a calm night in May she heard singing from the north side, where there is
nothing but water. She took the lantern, climbed down and found a barrel stuck between two stones, and the wind blowing over its open
bunghole. She kept the barrel. It stood behind the house for years and was used for rain water.

## The end of the keepers

The tower was made automatic in a single week of October. Two technicians came with a cabinet of grey metal, and the last keeper carried
their tools. Since then the lamp has been tended from an office in Holm, sixty miles away, by people who look at it on a screen. The garden
went to nettles. The barrel is still there.

Visitors may climb the tower on Sundays in June. The key is with the baker of Little Aske, who also sells the tickets, and the crossing
takes forty minutes if the current allows.
`,
  questions: [
    fact('How often does the light of Skarn turn?', 'The light turns once in fourteen seconds.'),
    paraphrase(
      'Who heard music at night on Skarn, and what caused it?',
      'She took the lantern, climbed down and found a barrel',
    ),
    fact('How long did Ansel Moy keep the lamp?', 'Ansel Moy, who kept the lamp for\nthirty-one years'),
    paraphrase(
      'Where do tourists get the key to the tower of Skarn?',
      'The key is with the baker of Little Aske',
    ),
    followUp('Where did its new lens come from?', 'a new lens from a workshop in Dravik', [
      'What did the first lamp on Skarn burn?',
      'It burned colza oil.',
    ]),
  ],
  unanswerable: ['What is the postal code of Skarn?', 'Which film was made on Skarn?'],
}

const ferment: WrittenDocument = {
  file: 'Notes of a slow baker.md',
  half: 'held',
  language: 'en',
  kind: 'markdown',
  text: `# Notes of a slow baker

## About the oven

My oven is older than the house. It was walled by a man from Tresk who came on foot with his trowel in his belt and would not say what he
wanted to be paid before he had seen the first loaf. The vault is of sixty-two stones, and the middle one has a cross scratched into it. It
holds the heat of one fire for nineteen hours: bread first, then cakes, then plums to dry, and last the cat.

The wood is hornbeam, two years under the roof. Beech does as well, but it spits. Pine I do not take into the house. A fire needs three
armfuls and about an hour and a half until the soot burns off the stones and the vault turns white; then I know that it is time.

## About the leaven

The leaven was given to me by Oda Fenner when she gave up her shop, in a jam glass with a cloth over it. She had it from her grandfather,
and he said he had it from the Flood. It is fed every evening with rye. I once forgot it for nine days while my brother was in hospital, and
it had a grey skin and smelled of paint; four feedings later it was as before. Since then I have slept better.

In summer I put the glass into the well, on the third rung. In winter it stands behind the clock.

## About the loaf

I make one loaf. People ask for others, and I tell them about the shop in the next street. For one loaf I take seven hundred grams of rye,
two hundred of wheat, twenty of salt, and water until it feels like an ear lobe. The dough rests overnight under a damp cloth. It is shaped
with wet hands, and it goes into the oven when a pinch of flour on the stones turns brown while I count to twelve.

A loaf is done when it sounds like a cupboard. I cannot say it better. It must not be cut before the next morning, and I have lost friends
over that.

## About money

In the first year I sold four hundred and ten loaves and gave away about as many. The price was set by my daughter Runa, who was nine and
had learned about fractions: three coins for a whole one, two for a half. It has stayed that way, although it makes no sense, because the
halves pay for the wood.

## What went wrong

Once the chimney caught fire, on a Saturday, with thirty loaves inside. The fire brigade came from Ullen with the small pump. They saved the
roof and asked about the bread. It was the best I ever made, and I do not know how to do it again.
`,
  questions: [
    fact('Of how many stones is the vault of the oven?', 'The vault is of sixty-two stones'),
    paraphrase('Which child decided what a loaf costs?', 'The price was set by my daughter Runa'),
    fact('From whom did the baker get the leaven?', 'The leaven was given to me by Oda Fenner'),
    paraphrase('Which fuel does the slow baker never bring indoors?', 'Pine I do not take into the house.'),
    followUp('From where did they come?', 'The fire brigade came from Ullen', [
      'Who saved the roof when the chimney of the baker caught fire?',
      'The fire brigade saved it.',
    ]),
  ],
  unanswerable: ['How many tables stand in the shop of Oda Fenner?', 'Which school does Runa go to now?'],
}

const tram: WrittenDocument = {
  file: 'Line 9.md',
  half: 'tuning',
  language: 'en',
  kind: 'markdown',
  text: `# Line 9

Line 9 ran from the gasworks to the bathing place, and it ran only in summer. It was six kilometres long and had one car, number 23, which
was painted green because the paint of the park benches had been left over. On hot Sundays people hung on the outside.

The motor came from a mill. It was too strong for the car, and the driver, Mister Quist, had filed a notch into the lever so that nobody
could push it beyond the fourth position. A new driver once pushed it into the fifth. The car was found in the reeds, upright, with
everybody in it, and the ducks had moved away.

Tickets were of two colours: yellow there and blue back. Whoever lost the blue one walked. The conductor was called Miss Amberg; she could
whistle the whole overture of an opera whose name she had forgotten, and she did so on the single-track stretch, so that anybody who came
the other way would hear her.

The line was closed when the gasworks burned down, for the current came from there. There was a plan to drive the car with a steam engine
from the sugar factory. It was worked out to the last bolt by the engineer Hallgrim, who asked for nine thousand crowns and got a dinner.

Car 23 stands in the yard of the fire station today. The children may ring the bell on the first of May. The rails were taken up and became
the fence of the cemetery, where one can still see, if one bends down, the mark of the rolling mill: a small fish.
`,
  questions: [
    fact('Who was the conductor of line 9?', 'The conductor was called Miss Amberg'),
    paraphrase('What were the tram rails turned into?', 'became\nthe fence of the cemetery'),
    fact(
      'Why was the car of line 9 painted green?',
      'was painted green because the paint of the park benches had been left over',
    ),
    paraphrase(
      'What did the engineer Hallgrim want to be paid for his plan?',
      'who asked for nine thousand crowns and got a dinner',
    ),
  ],
  unanswerable: [
    'How many passengers did line 9 carry in a year?',
    'What was the first name of Mister Quist?',
  ],
}

const bees: WrittenDocument = {
  file: 'Letter about the bees.txt',
  half: 'held',
  language: 'en',
  kind: 'text',
  text: `Dear Ilse,

You asked how the bees came through the winter. Of the seven hives five are alive. The one by the elder tree was robbed by wasps in October,
I wrote to you about it, and the blue one was silent when I knocked in February. When I opened it there was honey enough and not a single
bee. Doctor Marn says that such things happen and that nobody knows why, which I found honest of him.

The strongest is the one that we fetched from the church tower. You remember how the sexton held the ladder with one hand and his hat with
the other. I have put a third box on it already, and if the lime trees blossom well there will be forty pounds from this hive alone.

I have changed two things. The entrances now face south-east instead of south, because the old Brenner showed me in his book that they fly
out half an hour earlier then. And I no longer use smoke of tobacco but of dried puffball, which costs nothing and does not make me cough.

The extractor broke. A tooth of the gear wheel is missing, and the smith in Garding wants to pour a new wheel for eighteen crowns. Until
then I press the combs through a cloth as my mother did.

Of the new neighbours I can say that they have planted borage along the whole fence, and I did not even have to ask. Their boy Tomke was
stung twice and is proud of it. He keeps the stings in a matchbox.

Write me whether you want the honey in the tall glasses or in the stone pots. The parcel goes with the carrier Wessel on the nineteenth.

Your Hanne
`,
  questions: [
    fact('How many hives of Hanne are alive after the winter?', 'Of the seven hives five are alive.'),
    paraphrase(
      'What does Hanne burn now to calm her bees?',
      'I no longer use smoke of tobacco but of dried puffball',
    ),
    fact(
      'What does the smith in Garding want for a new wheel?',
      'the smith in Garding wants to pour a new wheel for eighteen crowns',
    ),
    paraphrase('Who collects stings, and in what?', 'He keeps the stings in a matchbox.'),
  ],
  unanswerable: ['What does Ilse do for a living?', 'How much tax does Hanne pay for her bees?'],
}

const inkstone: WrittenDocument = {
  file: '修砚记.md',
  half: 'tuning',
  language: 'zh',
  kind: 'markdown',
  text: `# 修砚记

## 砚台的来历

外祖父的砚台是从旧货摊上买来的，花了两块银元。摊主说是宋朝的东西，外祖父笑了笑，没有还价。砚台呈长方形，四角磨得很圆，背面刻着“听雨”两个字，下面还有一个看不清的印章。

砚池里有一道裂纹。据说有一年冬天，墨水冻住了，舅舅用热水去浇，只听见“啪”的一声。舅舅那年八岁，在门外站了一个下午，谁叫也不进屋。

## 寻找匠人

我带着砚台走了三个县，才找到会修的人。他姓欧阳，住在石门渡的一条小巷里，门口种着一棵枇杷树。老人看了半天，说这不是宋砚，是清末仿的，不过石头是好石头，出自老坑。

欧阳师傅今年七十六岁，跟父亲学了十四年才独自接活。他说修砚最要紧的不是手，是耳朵：用指甲轻轻一弹，听声音就知道裂纹有多深。

## 修补

修补用的是生漆和石粉。石粉要用同一种石头磨，过三遍绢筛。生漆调好以后只能用一个时辰，过了就会起皱。师傅用一根马尾毛把漆送进裂缝，每次只送米粒大的一点，然后放进阴房里等它干，前后一共二十七天。

那些日子我住在渡口的客店里，每天去看一次。师傅不爱说话，只有一回，他指着枇杷树说，这棵树是他妻子种下的，今年第一次结果。

## 工钱

修好那天，我问工钱多少。师傅说，二百元，外加一幅字。我说我的字写不好。他说，写不好才要写。于是我用那方砚磨了墨，写了“听雨”两个字。他贴在枇杷树旁边的墙上，说下雨的时候看正合适。

回家以后，我把砚台放在窗前。裂纹还在，只是变成了一条细细的金线。舅舅来看过一次，什么也没说，用手摸了很久。
`,
  questions: [
    fact('砚台背面刻着什么字？', '背面刻着“听雨”两个字'),
    paraphrase('砚台为什么会裂开？', '墨水冻住了，舅舅用热水去浇'),
    fact('欧阳师傅今年多少岁？', '欧阳师傅今年七十六岁'),
    paraphrase('补那条裂缝前后花了几天时间？', '前后一共二十七天'),
    followUp('那棵树是谁种下的？', '这棵树是他妻子种下的', ['欧阳师傅门口种着什么树？', '一棵枇杷树。']),
  ],
  unanswerable: ['欧阳师傅的儿子在哪里工作？', '这方砚台后来卖了多少钱？'],
}

const ferry: WrittenDocument = {
  file: '渡口的钟.md',
  half: 'held',
  language: 'zh',
  kind: 'markdown',
  text: `# 渡口的钟

## 钟楼

柳溪渡口有一座木头钟楼，三层，最上面挂着一口铁钟。钟是光绪年间铸的，重六百二十斤，铸钟的钱是沿河十九个村子凑的，每村的名字都刻在钟的下沿。有一个村子的名字被凿掉了，为什么凿掉，没有人说得清。

看钟的人叫老葛。他的左耳听不见，都说是给钟震的，他自己说是小时候发烧烧坏的。他每天敲三遍：天亮一遍，正午一遍，末班船离岸前一刻钟再敲一遍。有雾的时候不算遍数，一直敲到船靠岸为止。

## 大雾

最大的一场雾下了四天四夜。老葛和女儿小满轮流敲，一个时辰换一次。第三天夜里，绳子断了，小满爬上楼顶，用一把铁锤直接敲钟，敲到天亮。那天夜里靠岸的船一共有三十一条，没有一条翻在滩上。

雾散以后，船老大们凑钱给钟换了一根新绳，是用苎麻和头发拧成的，说是永远不会断。剩下的钱给小满买了一双胶鞋。

## 新桥

后来上游修了桥，汽车十分钟就能过河，渡口的人一天比一天少。渡船从六条减到两条，末班船改在傍晚五点半。有人提议把钟卖给县里的公园，出价八千元。村里开了两次会，都没有通过。

老葛去世那年，小满已经在城里的邮局上班。她请了三天假，回来敲了最后一遍钟。她说，父亲留下一个本子，每场雾都记着日期和船的数目，一共记了四十三本。

## 现在

如今钟楼由小学的老师照看。孩子们每年秋天来画一次钟楼，画得最好的贴在渡口的候船室里。钟还挂着，只在除夕夜里敲，敲十二下。住在下游的人说，风向对的时候，三十里外都能听见。
`,
  questions: [
    fact('柳溪渡口的铁钟有多重？', '重六百二十斤'),
    paraphrase('绳子断了以后，小满怎么办？', '小满爬上楼顶，用一把铁锤直接敲钟'),
    fact('末班船改在几点？', '末班船改在傍晚五点半'),
    paraphrase('如今是什么人在管那座钟楼？', '如今钟楼由小学的老师照看'),
    followUp('他一共记了多少本？', '一共记了四十三本', ['老葛每天敲几遍钟？', '老葛每天敲三遍。']),
  ],
  unanswerable: ['小满的丈夫叫什么名字？', '候船室有多少个座位？'],
}

const kite: WrittenDocument = {
  file: '风筝铺子.txt',
  half: 'tuning',
  language: 'zh',
  kind: 'text',
  text: `风筝铺子

东街尽头有一家风筝铺，招牌上只写着一个“飞”字。掌柜姓柏，大家叫他柏三，因为他在家里排行第三。铺子一年只开五个月，从正月十六到端午，其余的日子他在乡下种竹子。

柏三扎风筝只用三年生的慈竹，砍下来先在水塘里泡四十天，再用炭火慢慢烤直。他说，泡不够的竹子会记仇，飞到天上就往一边歪。纸用的是皮纸，糨糊里要加一点明矾，虫子不吃。

铺子里最贵的是一只蜈蚣，有一百零八节，要十二个人才能放起来。这只蜈蚣从来没有卖出去过，每年清明由街坊一起抬到河滩上放一回。有一年线断了，蜈蚣落在邻县的麦田里，主人用驴车送回来，还带了一袋新麦。

柏三不收徒弟，只有一个例外。邮差老顾的女儿顾盼天天放学来看，看了两年，有一天自己扎了一只燕子带来。柏三拿到门口放了放，说，尾巴短了一寸。第二天他在柜台旁边添了一张小凳子。

顾盼后来去省城学了气象。她寄信回来说，原来高空的风和地面的风常常不是一个方向，这件事柏三早就知道，他把它叫作“上家和下家不说话”。
`,
  questions: [
    fact('风筝铺的招牌上写着什么字？', '招牌上只写着一个“飞”字'),
    paraphrase('柏三的竹子要在水里放几天？', '先在水塘里泡四十天'),
    fact('蜈蚣风筝有多少节？', '有一百零八节'),
    paraphrase('顾盼长大以后学了什么？', '顾盼后来去省城学了气象'),
  ],
  unanswerable: ['柏三的妻子姓什么？', '一只燕子风筝卖多少钱？'],
}

const observatory: WrittenDocument = {
  file: '山顶观测站日记.txt',
  half: 'held',
  language: 'zh',
  kind: 'text',
  text: `山顶观测站日记

三月初二。上山第一天。站长姓祁，话很少，递给我一把铲子，说先把百叶箱门口的雪铲了。站里一共四个人，三只鸡，一台发电机。发电机每天只开两个小时，从六点到八点，其余时间点蜡烛。

三月初九。学会了看云。祁站长说，看云不要看云，要看云的边。边是毛的，两天内要变天；边是硬的，可以放心晒被子。下午果然起了大风，测得每秒二十六米，是我来以后最大的一次。

三月二十。雨量筒里发现一只蜜蜂。海拔两千四百米的地方怎么会有蜜蜂，大家说法不一。炊事员老卫说，是跟着送菜的马上来的，马的名字叫“慢慢”，驮一百五十斤，从山下走上来要七个小时。

四月初五。接到通知，要把观测次数从每天四次加到八次。半夜两点那一次由我负责。星星低得像挂在天线上。我把温度写错了一行，祁站长没有骂我，让我把前三十年同一天的记录抄了一遍。抄完我就明白了：每一行后面都站着一个没有睡觉的人。

四月十八。老站员留下的旧木箱里找到一架手风琴，少了两个键。会计小路会拉，拉的是《山楂树》。那两个键的音，大家用嘴补上。

五月初一。下山休假。祁站长托我带两样东西：一包四号铅笔，一双四十三码的布鞋。
`,
  questions: [
    fact('观测站的发电机几点到几点开？', '发电机每天只开两个小时，从六点到八点'),
    paraphrase('怎样从云判断能不能晒被子？', '边是硬的，可以放心晒被子'),
    fact('送菜的马叫什么名字？', '马的名字叫“慢慢”'),
    paraphrase('会拉琴的是站里的哪一位？', '会计小路会拉'),
  ],
  unanswerable: ['祁站长是哪所学校毕业的？', '观测站是哪一年建成的？'],
}

export const written: readonly WrittenDocument[] = [
  lighthouse,
  ferment,
  tram,
  bees,
  inkstone,
  ferry,
  kite,
  observatory,
]
