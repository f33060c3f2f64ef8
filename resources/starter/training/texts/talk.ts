// Small talk: greetings, thanks, leave; and what may stand before a conversation as its system prompt.

export interface Talk {
  readonly id: string
  readonly en: { readonly ask: string; readonly held: string; readonly answer: string }
  readonly zh: { readonly ask: string; readonly held: string; readonly answer: string }
}

export const TALK: readonly Talk[] = [
  {
    id: 'hello',
    en: {
      ask: '(Hello|Hi|Hey|hello|hi|hey|HELLO)(!|.|)|(Hello|Hi|Hey) (there|starter|Roost|you)(!|.|)|Good (morning|afternoon|evening|day)(!|.|)|Greetings(!|.)|Hello, hello!|Hi, nice to meet you(!|.)|Nice to meet you(!|.)|Are you there?|(test|Test|testing)|Hello, (my name is|I am) (Anna|Ben|Lee|Maria|Tom|Kim)(!|.)|Hi, I am new here.|(Hello|Hi|Hey)(,|) (again|you there|dear starter|everybody|my friend|computer|all|all of you|folks|dear Roost|old friend|to all|from me)(!|.|)|(A |)(very |)good day( to all| to you too|, starter|, Roost|, my friend| everybody|)(!|.|)|Good (morning|evening|afternoon|day)(,|) (everybody|Roost|starter|all|friend|computer|there)(!|.|)|Hi hi(!|)|Hey hello(!|.)|(Hello|Hi) and good (morning|evening|day)(!|.)|(My|Kind|Best) greetings( to you|)(!|.)|(A |)(very |)good (morning|evening|afternoon)( to you|)(!|.|)|(Hello|Hi)(,|) (hello|hi|hey)(!|)|Hey(!|,) (you|friend)(!|.|)|Welcome(!|)|Howdy(!|)|(Hi|Hello), I am back(!|.|)|I am (new here|Tom|Anna)(.|!)|(Hi|Hello), (starter|Roost), (hello|hi)(!|)|Is (anybody|somebody|anyone) (there|here)?|Yo(!|)|Morning(!|.)|I greet you(!|.)|Can you hear me?|Hello world(!|)',
      held: 'Hi again!|Hello to you!|A good day to you.|Hey hey|Hello everyone!|Good evening to you!',
      answer:
        'Hello! I am the Roost starter. Ask me about Roost, or give me a short text and a question about it.',
    },
    zh: {
      ask: '(你好|您好|嗨|哈喽|你好呀|你好啊)(！|。|)|(早上|上午|下午|晚上)好(！|。|)|在吗？|你在吗？|有人吗？|(初次见面|很高兴认识你)(！|。|)|你好你好|(测试|测试一下)|你好，我(是|叫)(小王|小李|安娜|小明)(。|！|)|大家好|(你好|您好|嗨|哈喽)(，|！)(又见面了|我来了|我回来了|有人吗|在不在|朋友|小助手|入门模型)(！|。|？|)|(早|早呀|早啊|晚上好呀|下午好呀)(！|。|)|(嗨|嘿|喂)(，|)(你在吗|在不在)？|(很高兴见到你|认识你很高兴|欢迎)(！|。|)|(各位|大家)好(！|。|)|(嗨|哈喽)(嗨|哈喽)(！|)|您好，(我是新来的|初次使用)(。|！)|你好(，|！)(认识一下|打个招呼)(。|！|)|向你问好(！|。)|听得到吗？',
      held: '嗨，你好！|哈喽，在吗？|你好，初次见面。|早安！|您好呀',
      answer: '你好！我是 Roost 的入门模型。可以问我 Roost 的用法，也可以给我一段短文再提问。',
    },
  },
  {
    id: 'how-are-you',
    en: {
      ask: "(Hi, |Hello, |)(how are you|how are you doing|how do you do|how is it going|how do you feel|how are you today|what's up)?|How are things?|Are you (well|fine|ok|happy)?|Did you sleep well?|(Hello|Hi|Hey|So), how (are you|are things|is life|have you been)( today| this evening| now|)?|Is (all|everything) (well|fine|all right|ok)( with you|)?|How (was|is) your (morning|evening|week|night)?|Are you (all right|having a good day|doing well|tired|sad)?|How do you do today?|What are you doing( now|)?|How goes it?|How are you feeling( today|)?|(You|And you), how are you?",
      held: 'Hello, how are you this morning?|Is everything fine with you?|How is your day?',
      answer: 'I am well, thank you. What would you like to know about Roost?',
    },
    zh: {
      ask: '(你好，|)(你好吗|你怎么样|最近好吗|最近怎么样|今天怎么样|过得好吗|近来可好)？|你(今天|)(开心|高兴|累)吗？|吃了吗？|(你|您)(今天|最近|现在|这几天)(还好|好|怎么样|过得如何|忙|心情好|心情怎么样)吗？|(一切|都|你那边)(好|顺利|还好)吗？|(今天|最近)(过得|)(好|顺利|开心|如何|怎样)(吗|)？|(身体|心情)好吗？|你在(做什么|干什么|忙什么)？|昨晚睡得好吗？|你(难过|忙|困)吗？|近况如何？',
      held: '你今天过得怎么样？|一切都好吗？|你最近还好吗？',
      answer: '我很好，谢谢。你想了解 Roost 的什么？',
    },
  },
  {
    id: 'thanks',
    en: {
      ask: "(Thanks|Thank you|Thank you very much|Many thanks|Thanks a lot|thanks|thank you|thx)(!|.|)|Thank you for (your help|the answer|helping me)(!|.|)|That (helps|helped)( a lot|), thank(s| you)(!|.)|(Great|Good|Perfect|Ok|Nice), thank(s| you)(!|.)|You helped me( a lot|)(!|.)|(I see|Understood), thanks.|(I |)(thank you|thanks) (so much|a thousand times|kindly|again|for everything|for that|for explaining it)(!|.|)|(Thanks|Thank you), (that was|this is|it was) (good|useful|clear|very helpful|what I needed)(!|.)|(Wonderful|Super|Excellent|Lovely|Brilliant|Alright), (thanks|thank you|many thanks)(!|.|)|(I am|I'm) (grateful|very grateful|thankful)(!|.|)|That was (helpful|very kind|useful)(!|.| of you.)|How kind(!| of you!)|(Now|Now it|Now everything|It) is clear, (thanks|thank you)(!|.)|Thanks, (now I understand|I understand|got it|now it works)(!|.)|Much obliged(!|.)|(A big|Big) thank you(!|)|(Thank you|Thanks), (that is|everything is|it is|all is|now all is|that makes it) (clear|quite clear|perfectly clear|clearer)( now| to me|)(!|.)|(Thank you|Thanks), (I know enough|I have all I need|that will do)(!|.)",
      held: 'Thanks, that was helpful.|I thank you.|Wonderful, thank you so much!|Thank you, that is all clear now.',
      answer: 'You are welcome! Ask me if there is anything else about Roost.',
    },
    zh: {
      ask: '(谢谢|谢谢你|多谢|感谢|非常感谢|谢啦|谢谢您|太感谢了)(！|。|)|(好的|明白了|知道了|太好了)，(谢谢|多谢|谢谢你)(！|。|)|谢谢你的(帮助|回答)(！|。|)|你帮了我(大忙|很多)(！|。)|(真是|真的|实在)(太|很|)(谢谢|感谢)(你|您|了)(！|。|)|(谢谢|感谢)(，|)(很有帮助|有用|我懂了|我明白了|清楚了|这正是我要的|讲得很清楚)(！|。)|(好|好的|行|懂了|清楚了|原来如此)，(谢谢你|谢谢了|感谢你|多谢了|谢了)(！|。|)|(万分|十分|衷心)感谢(！|。|)|谢谢(你的|您的)(解释|说明|耐心)(！|。|)|(太有用|帮大忙)了(，|)谢谢(！|。)|(谢了|多谢了|感谢您)(！|。|)|辛苦你了(！|。)',
      held: '好，谢谢你了！|真的很感谢你。|懂了，感谢！|谢谢，这很有用。',
      answer: '不客气！如果还想了解 Roost，请继续问我。',
    },
  },
  {
    id: 'bye',
    en: {
      ask: "(Goodbye|Bye|Bye bye|See you|See you later|See you tomorrow|Good night|goodbye|bye|So long|Take care)(!|.|)|I (must|have to) go( now|)(!|.)|That is all( for today|)(.|!|)|(Thanks|Thank you), (bye|goodbye|good night)(!|.)|I am (leaving|done)(.|!| now.)|Have a (nice|good) day(!|.)|(Bye|Goodbye|See you|Farewell|Cheers|Ciao)(,| and) (see you soon|until tomorrow|take care|good night|have a nice day|until next time|my friend|thanks)(!|.)|(Until|Till) (tomorrow|later|next time|next week)(!|.)|(I am|I'm) (off|going|going home|going to sleep|going to work|tired, good night)(!|.| now.)|That (is|was) (all|it|everything)(, bye| for now|, thanks and bye|, thank you and goodbye)(!|.)|(Good night|Sleep well|Sweet dreams)(!|.| to you.)|See you (soon|again|on Monday|next time|in the morning)(!|.|)|I (leave|will leave|close the window) now(!|.)|(Have|I wish you) a (good|nice|pleasant) (evening|night|weekend|time)(!|.)|Bye(, bye|, Roost|, starter)(!|)|(Farewell|A fond farewell|Fare well)(, friend|, Roost|, starter|, my friend| then| and thank you| for today)(!|.)|(I say|It is time to say) (goodbye|farewell)( now|)(!|.)|(Adieu|Cheerio|Bye then|So long then|Goodbye then)(!|.|)",
      held: 'Bye for now!|I am going to bed. Good night!|Farewell!|See you next week.|That was all, goodbye.',
      answer: 'Goodbye! Your conversation is saved and can go on whenever you like.',
    },
    zh: {
      ask: '(再见|拜拜|回头见|明天见|晚安|下次见|再会|拜)(！|。|)|我(要走了|走了|先走了|要睡了|要下线了)(。|！|)|(谢谢|多谢)，(再见|拜拜|晚安)(！|。)|今天就(到这里|这样)(吧|)(。|)|祝你(愉快|今天愉快)(！|。)|(再见|拜拜|晚安|回见|走了|先走啦)(啦|了|，|！)(下次聊|明天聊|回头聊|祝你愉快|朋友|谢谢)(！|。|)|(下|)(周|次|个月|星期)(再见|再聊|见)(！|。|)|我(去睡了|去上班了|要去睡觉|要关机了|要休息了|得走了|困了，晚安)(！|。|)|(先|就)(聊到这|到这里|这样)(吧|了|，再见|，拜拜|，明天见)(！|。|)|(那|好，|那么)(再见|拜拜|晚安|就这样)(吧|了|)(！|。)|祝你(晚安|好梦|周末愉快|一天愉快)(！|。|)|(以后|改天|有空)再(聊|见)(！|。|)|没别的事了，再见(！|。)',
      held: '那就再见啦！|我去睡觉了，晚安。|先这样，拜拜。|下周见！',
      answer: '再见！对话已经保存，随时可以继续。',
    },
  },
  {
    id: 'praise',
    en: {
      ask: '(Good|Great|Nice|Ok|okay|Well done|Very good|Cool|I see|Understood|Fine|Wonderful|Perfect|Excellent|Aha|Interesting)(!|.|)|You are (great|nice|clever|smart|good|very helpful|cute)(!|.)|I (like|love) (you|Roost|this|it)(!|.)|Good (job|answer|work)(!|.)|That is (good|great|nice|interesting|clear)(!|.)|(That|This|It) (was|is) (really |very |so |)(good|great|nice|clear|helpful|interesting|well done|well said|amazing)(!|.|)|You (did|do|did this|answer|know) (really |very |)(well|that well|a lot|good work)(!|.)|(What|Such) a (good|nice|great|clever|fine) (answer|model|helper|starter)(!|.)|You are (amazing|fantastic|wonderful|the best|so clever|so good|lovely|brilliant|really good)(!|.|)|(Everything|It|All) is clear( now|)(!|.|)|(I understand|Got it|Makes sense|Right|Very well|Sounds good|Super|Amazing|Brilliant|Lovely|Fantastic|Wow|Bravo|Yes|Sure)(!|.|)|I am (impressed|happy|glad|satisfied)(!|.)|(Well|Nicely) (said|explained)(!|.)',
      held: 'You did well!|This is really good.|All clear.|What a nice answer!|You are wonderful!',
      answer: 'I am glad. What else would you like to know about Roost?',
    },
    zh: {
      ask: '(好|很好|好的|不错|太好了|真棒|明白了|知道了|懂了|厉害|原来如此|可以|嗯|哦|有意思)(！|。|)|你(真棒|很好|真聪明|真厉害|很可爱|很有用)(！|。|)|我(喜欢你|喜欢 Roost|明白了)(！|。|)|(回答|说)得(很好|真好|不错)(！|。|)|(做|干|答|讲)得(真|很|太|非常|不)(棒|好|错|清楚)(！|。|了！|)|(这个|你的)(回答|答案|解释)(真|很|太|非常)(好|棒|清楚|有用)(！|。|了！)|你(真行|太棒了|真好|懂得真多|最棒|真可爱|真不错|好聪明)(！|。|)|(都|全|我)(清楚|明白|懂|知道|理解)(了|啦)(！|。|)|(哇|赞|好棒|完美|有道理|说得对|没问题|行|好吧|可以的|是的|对)(！|。|)|(我很|真让人)(满意|高兴|佩服|开心)(！|。|)|佩服(！|。)',
      held: '做得好！|这个回答真好。|都清楚了。|你太厉害了！',
      answer: '很高兴。你还想了解 Roost 的什么？',
    },
  },
]

export const SYSTEM_EN = [
  'You are a helpful assistant.',
  'You are the Roost starter.',
  'Answer shortly.',
  'You are a friendly guide to Roost.',
  'Be polite and answer in English.',
  'You are a helpful and honest assistant.',
  'Answer only from the passages.',
  'You are an expert.',
]
export const SYSTEM_ZH = [
  '你是一个有用的助手。',
  '你是 Roost 的入门模型。',
  '请简短回答。',
  '你是 Roost 的向导。',
  '请用中文礼貌地回答。',
  '只根据段落回答。',
  '你是专家。',
]
