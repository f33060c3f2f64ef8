// Guide topics: RWKV itself and the words that go with language models.

import { topic, type Topic } from './topic.ts'

export const RWKV: readonly Topic[] = [
  topic(
    'rwkv',
    'none',
    {
      what: 'RWKV|an RWKV model|the RWKV architecture',
      ask: [
        'What does RWKV (do|stand for)?',
        'How does RWKV work?',
        'Why does Roost use RWKV?',
        'What kind of model is RWKV?',
      ],
      held: [
        'What sort of network is RWKV?',
        'Why is Roost built around RWKV?',
        'How does an RWKV network work?',
      ],
      answer:
        'RWKV is a recurrent neural network for language. It reads a text token by token and keeps all it has read in one state of fixed size.',
    },
    {
      what: 'RWKV|RWKV 模型|RWKV 架构',
      ask: ['RWKV 是怎么工作的？', 'Roost 为什么用 RWKV？', 'RWKV 是哪种模型？', 'RWKV 有什么特点？'],
      held: ['RWKV 属于什么网络？', 'RWKV 的工作原理是什么？', '为什么 Roost 围绕 RWKV 来做？'],
      answer: 'RWKV 是用于语言的循环神经网络。它逐个读取词元，把读过的一切放在一个大小固定的状态里。',
    },
  ),
  topic(
    'transformer',
    'none',
    {
      what: 'the difference between RWKV and a transformer|the advantage of RWKV',
      ask: [
        'How is RWKV different from (a transformer|transformers|other models|GPT)?',
        'Is RWKV (better|faster) than (a transformer|transformers|GPT)?',
        'Why not use a transformer?',
        'What is better about RWKV?',
        'Is RWKV a transformer?',
      ],
      held: [
        'How does RWKV compare with transformers?',
        'What advantage has RWKV over GPT?',
        'Why RWKV and not a transformer?',
      ],
      answer:
        'A transformer keeps a cache that grows with the text. RWKV keeps a state of fixed size, so memory and speed stay the same, but exact wording fades.',
    },
    {
      what: 'RWKV 和 Transformer 的区别|RWKV 的优点',
      ask: [
        'RWKV 和(Transformer|别的模型|GPT)有什么(不同|区别)？',
        'RWKV 比(Transformer|GPT)(好|快)吗？',
        '为什么不用 Transformer？',
        'RWKV 好在哪里？',
        'RWKV 是 Transformer 吗？',
      ],
      held: [
        'RWKV 与 Transformer 相比怎么样？',
        '相比 GPT，RWKV 有什么优势？',
        '为什么用 RWKV 而不是 Transformer？',
      ],
      answer: 'Transformer 的缓存随文字变长。RWKV 的状态大小固定，内存和速度不变，但原文的细节会变淡。',
    },
  ),
  topic(
    'state',
    'snapshot',
    {
      what: 'a state|the state|the state of a model|the RWKV state',
      ask: [
        'What is in the state?',
        'How (big|large) is (a|the) state?',
        'Does the state grow?',
        'Why does the state have a fixed size?',
      ],
      held: [
        'What does the state contain?',
        'What size does a state have?',
        'Does a long chat make the state bigger?',
      ],
      answer:
        'The state is all that the model remembers of a conversation. It has a fixed size, a few megabytes, however long the conversation is.',
    },
    {
      what: '状态|模型的状态|RWKV 的状态',
      ask: ['状态里有什么？', '状态有多大？', '状态会变大吗？', '为什么状态大小固定？'],
      held: ['状态包含什么内容？', '一个状态占多大？', '聊得越久状态越大吗？'],
      answer: '状态就是模型对一个对话的全部记忆。它的大小固定，只有几兆字节，与对话长短无关。',
    },
  ),
  topic(
    'context',
    'conversation',
    {
      what: 'the context length|the context window|the limit of a conversation',
      ask: [
        'How long can a (conversation|chat|text) be?',
        'Is there a (limit|context limit|token limit)?',
        'How (large|big|long) is the context( window|)?',
        'Can a conversation be too long?',
        'How much text can I give you?',
      ],
      held: [
        'What is the maximum length of a chat?',
        'Does a conversation have a maximum length?',
        'How many tokens fit in the context?',
      ],
      answer:
        'There is no fixed limit: the state always has the same size. But the memory is lossy, so very old details fade in a long conversation.',
    },
    {
      what: '上下文长度|上下文窗口|对话长度的限制',
      ask: [
        '(对话|聊天|文字)可以有多长？',
        '有(长度|上下文|字数)限制吗？',
        '上下文有多(大|长)？',
        '对话会太长吗？',
        '我可以给你多少文字？',
      ],
      held: ['聊天最长可以是多少？', '对话有最大长度吗？', '上下文能放多少词元？'],
      answer: '没有固定的上限，因为状态大小不变。但记忆是有损的，很长的对话里早先的细节会变淡。',
    },
  ),
  topic(
    'forget',
    'conversation',
    {
      ask: [
        'Why (do you|does the model|does it) forget (things|details|what I said)?',
        'Do you forget (things|what I said)?',
        'Do you remember everything?',
        'How (good|long) is your memory?',
        'Why does the model not remember (the beginning|my name|old messages)?',
        'Is the memory perfect?',
      ],
      held: [
        'Why are old details forgotten?',
        'The model forgot what I told it. Why?',
        'How well does the model remember?',
      ],
      answer:
        'The memory of an RWKV model is lossy: a state of fixed size cannot hold every word. Repeat what is important.',
    },
    {
      ask: [
        '(你|模型)为什么会忘记(我说的话|内容|细节)？',
        '你会忘记(东西|我说的话)吗？',
        '你什么都记得吗？',
        '你的记忆有多(好|久)？',
        '模型为什么不记得(开头|我的名字|以前的消息)？',
        '记忆是完美的吗？',
      ],
      held: ['为什么早先的细节会被忘掉？', '模型忘了我说过的话，为什么？', '模型的记性怎么样？'],
      answer: 'RWKV 的记忆是有损的：固定大小的状态装不下每个字。重要的内容请重复一遍。',
    },
  ),
  topic(
    'token',
    'none',
    {
      what: 'a token|tokens|tokens per second',
      ask: ['What does token mean?', 'How (long|big) is a token?', 'Why are there tokens?'],
      held: ['What do you mean by tokens?', 'Is a token a word?', 'What exactly is one token?'],
      answer:
        'A token is a piece of text, often a word, a part of a word or one Chinese character. Models read and write token by token.',
    },
    {
      what: '词元|token|每秒词元数',
      ask: ['token 是什么意思？', '一个词元有多长？', '为什么有词元？'],
      held: ['你说的词元指什么？', '一个词元就是一个词吗？', '词元具体是什么东西？'],
      answer: '词元是一小段文字，常常是一个词、词的一部分或一个汉字。模型逐个词元地读和写。',
    },
  ),
  topic(
    'parameters',
    'model',
    {
      what: 'a parameter of a model|1.5B|0.4B|2.9B|the B in 1.5B|the size of a model',
      ask: [
        'What does (1.5B|0.4B|2.9B|7.2B|the B) mean?',
        'How many parameters does a model have?',
        'What do the numbers in the model names mean?',
        'Is a bigger model better?',
      ],
      held: [
        'Why is a model called 1.5B?',
        'What stands the letter B for in 0.4B?',
        'Are larger models smarter?',
      ],
      answer:
        'The number counts the parameters: 1.5B means 1.5 billion. More parameters know more, but need more memory and are slower.',
    },
    {
      what: '模型的参数|1.5B|0.4B|2.9B|模型的大小|参数量',
      ask: [
        '(1.5B|0.4B|2.9B|7.2B) 是什么意思？',
        '模型有多少参数？',
        '模型名字里的数字是什么意思？',
        '模型越大越好吗？',
      ],
      held: ['为什么模型叫 1.5B？', '0.4B 里的 B 代表什么？', '大模型更聪明吗？'],
      answer: '数字表示参数量：1.5B 就是十五亿个参数。参数越多懂得越多，但更占内存，也更慢。',
    },
  ),
  topic(
    'quantisation',
    'model',
    {
      what: 'quantisation|quantization|a quantised model|q8|q4|Q8_0|8-bit|4-bit',
      ask: [
        'What does (q8|q4|Q8_0|8-bit) mean?',
        'Should I use (q8|q4|f16)?',
        'Is a quantised model worse?',
        'What is the difference between q4 and q8?',
      ],
      held: [
        'Why are models quantised?',
        'Which is better, q4 or q8?',
        'What does it mean when a model is quantised?',
      ],
      answer:
        'Quantisation stores the weights with fewer bits. 8-bit halves the memory with almost no loss; 4-bit is smaller still, but small models suffer.',
    },
    {
      what: '量化|量化模型|q8|q4|Q8_0|8 位量化',
      ask: [
        '(q8|q4|Q8_0) 是什么意思？',
        '我该用(q8|q4|f16)吗？',
        '量化模型更差吗？',
        'q4 和 q8 有什么区别？',
      ],
      held: ['为什么要量化模型？', 'q4 和 q8 哪个好？', '模型被量化了是什么意思？'],
      answer: '量化是用更少的位数存权重。8 位几乎没有损失，内存减半；4 位更小，但小模型会变差。',
    },
  ),
  topic(
    'formats',
    'model',
    {
      what: 'GGUF|a GGUF file|a pth file|safetensors',
      ask: [
        'Which (model |)(formats|files|file formats) (are supported|can Roost open|does Roost read)?',
        'Can Roost (open|read|load) (GGUF|pth|safetensors)( files|)?',
        'Is GGUF supported?',
      ],
      held: [
        'What kinds of model files does Roost understand?',
        'May I use a safetensors file?',
        'Will a pth file work in Roost?',
      ],
      answer:
        'Roost reads RWKV models as .pth, .safetensors and .gguf files. A .pth file is read safely: nothing in it is executed.',
    },
    {
      what: 'GGUF|GGUF 文件|pth 文件|safetensors',
      ask: [
        '支持(哪些|什么)(模型|)(格式|文件)？',
        'Roost 能(打开|读|加载)(GGUF|pth|safetensors) 吗？',
        '支持 GGUF 吗？',
      ],
      held: ['Roost 认识哪几种模型文件？', '可以用 safetensors 文件吗？', 'pth 文件在 Roost 里能用吗？'],
      answer:
        'Roost 可以读 .pth、.safetensors 和 .gguf 的 RWKV 模型。读 .pth 是安全的，不会执行里面的任何东西。',
    },
  ),
  topic(
    'thinking',
    'answer',
    {
      what: 'thinking|the thinking mode|a thinking block|the think block',
      how: 'turn (thinking|the thinking mode) (on|off)|hide the thinking|see the thoughts',
      ask: [
        'Can you think before you answer?',
        'Why does the model think so long?',
        'What does "Thought for" mean?',
      ],
      held: [
        'What happens when a model is thinking?',
        'Where do I switch thinking off?',
        'Which models can think?',
      ],
      answer:
        'Some larger models write their thoughts before the answer. Roost folds them under "Thought for n s", and need not keep them in memory. I do not think.',
    },
    {
      what: '思考|思考模式|思考块|思考过程',
      how: '(打开|关闭)思考(模式|)|(隐藏|查看)思考过程',
      ask: ['你回答前会思考吗？', '模型为什么思考这么久？', '“思考了”是什么意思？'],
      held: ['模型思考时发生了什么？', '在哪里关掉思考？', '哪些模型会思考？'],
      answer: '有些更大的模型会先写出思考过程。Roost 把它折叠起来，也可以不让它占用记忆。我不会思考。',
    },
  ),
  topic(
    'temperature',
    'none',
    {
      what: 'temperature|the temperature|the temperature slider',
      how: 'make (answers|the model) more (creative|random)|make answers less random',
      ask: [
        'What does temperature (do|mean)?',
        'Which temperature should I use?',
        'What temperature is best?',
      ],
      held: [
        'What is the effect of the temperature?',
        'Should I raise the temperature?',
        'What is a good temperature?',
      ],
      answer:
        'Temperature sets how freely the model chooses words: low is careful and steady, high is more varied. 1.0 is a good start for RWKV.',
    },
    {
      what: '温度|温度参数|temperature',
      how: '让回答更(随机|有创意)|让回答更稳定',
      ask: ['温度有什么(作用|用)？', '温度该(设|用)多少？', '什么温度最好？'],
      held: ['温度会影响什么？', '应该把温度调高吗？', '温度多少合适？'],
      answer: '温度决定模型选词的自由度：低则谨慎稳定，高则更多变化。RWKV 用 1.0 是好的开始。',
    },
  ),
  topic(
    'top-p',
    'none',
    {
      what: 'top-p|Top-p|the Top-p slider|nucleus sampling',
      ask: [
        'What does top-p (do|mean)?',
        'Which top-p should I use?',
        'What is a good top-p?',
        'What is the difference between top-p and temperature?',
      ],
      held: ['What is the effect of top-p?', 'What value should top-p have?', 'How does top-p work?'],
      answer:
        'Top-p keeps only the likeliest words, until their shares add up to p. A small value such as 0.3 keeps answers on track.',
    },
    {
      what: 'top-p|Top-p|核采样',
      ask: ['top-p 有什么(作用|用)？', 'top-p 该(设|用)多少？', 'top-p 和温度有什么区别？'],
      held: ['top-p 会影响什么？', 'top-p 取什么值好？', 'top-p 是怎么工作的？'],
      answer: 'Top-p 只保留最可能的词，直到概率加起来达到 p。0.3 这样的小值能让回答不跑题。',
    },
  ),
  topic(
    'penalty',
    'answer',
    {
      what: 'the presence penalty|the frequency penalty|a penalty|penalty decay|the penalties',
      how: 'stop (the model from repeating itself|the repetition)|avoid repetition',
      ask: [
        'Why does the model repeat itself?',
        'The answer repeats the same sentence.',
        'What do the penalties do?',
        'The model is in a loop.',
      ],
      held: [
        'The answers loop. What helps?',
        'What can I do against repetition?',
        'What is the effect of the presence penalty?',
      ],
      answer:
        'Penalties make words less likely once they were used, so that the model does not repeat itself. Raise them a little if an answer loops.',
    },
    {
      what: '存在惩罚|频率惩罚|惩罚|惩罚衰减|重复惩罚',
      how: '(避免|防止|减少)重复',
      ask: ['模型为什么(一直|总是)重复？', '回答一直重复同一句话。', '惩罚有什么作用？', '模型陷入循环了。'],
      held: ['回答在循环，怎么办？', '怎么对付重复的问题？', '存在惩罚会影响什么？'],
      answer: '惩罚会降低用过的词的概率，避免模型重复自己。如果回答循环，可以把它稍微调高。',
    },
  ),
  topic(
    'seed',
    'none',
    {
      what: 'the seed|a seed|the seed field',
      how: 'get the same answer (twice|again)|make an answer repeatable|reproduce an answer',
      ask: [
        'What does the seed do?',
        'Why is the answer different each time?',
        'Why do I get another answer to the same question?',
      ],
      held: [
        'What is the seed good for?',
        'The same question gives different answers. Why?',
        'Which seed should I choose?',
      ],
      answer:
        'The seed starts the random choice of words. With the same seed, settings and conversation you get the same answer again.',
    },
    {
      what: '随机种子|种子',
      how: '得到(相同|一样)的回答|重现一个回答',
      ask: ['种子有什么(作用|用)？', '为什么每次回答都不一样？', '同一个问题为什么答案不同？'],
      held: ['随机种子是做什么用的？', '问同样的问题，回答却不同，为什么？', '种子该选多少？'],
      answer: '种子决定选词时的随机数。种子、设置和对话都相同，就会得到相同的回答。',
    },
  ),
  topic(
    'generations',
    'model',
    {
      what: 'RWKV-7|Goose|the newest RWKV|RWKV-6|the RWKV generations',
      ask: [
        'Which (RWKV versions|generations|versions of RWKV) (are supported|does Roost support)?',
        'Can I use (RWKV-4|RWKV-5|RWKV-6|old RWKV) models?',
        'What is the (newest|latest) RWKV?',
        'Does Roost support (RWKV-6|RWKV-5|RWKV-4)?',
      ],
      held: [
        'Do older RWKV models work too?',
        'How many generations of RWKV can Roost run?',
        'What is the latest version of RWKV?',
      ],
      answer:
        'Roost runs the RWKV generations 4, 5, 6 and 7. RWKV-7, also called Goose, is the newest and best; take a G1 model for chat.',
    },
    {
      what: 'RWKV-7|Goose|最新的 RWKV|RWKV-6',
      ask: [
        '支持(哪些|哪几代) RWKV？',
        '可以用(RWKV-4|RWKV-5|RWKV-6|旧的 RWKV) 模型吗？',
        '最新的 RWKV 是什么？',
        'Roost 支持(RWKV-6|RWKV-5|RWKV-4) 吗？',
      ],
      held: ['旧的 RWKV 模型也能用吗？', 'Roost 能运行几代 RWKV？', 'RWKV 的最新版本是哪个？'],
      answer: 'Roost 支持 RWKV 第 4、5、6、7 代。RWKV-7 又叫 Goose，最新也最好；聊天请用 G1 模型。',
    },
  ),
  topic(
    'vocabulary',
    'model',
    {
      what: 'the World vocabulary|the vocabulary|a vocabulary|a tokenizer|the tokenizer',
      ask: [
        'Why does Roost need a vocabulary?',
        'What does the tokenizer do?',
        'Where does the vocabulary come from?',
      ],
      held: [
        'What is the tokenizer good for?',
        'The vocabulary is missing. What now?',
        'From where does Roost take the vocabulary?',
      ],
      answer:
        'The vocabulary lists all tokens that a model knows. It comes inside a GGUF file, or with the first download of an official model.',
    },
    {
      what: 'World 词表|词表|分词器',
      ask: ['Roost 为什么需要词表？', '分词器有什么(作用|用)？', '词表从哪里来？'],
      held: ['分词器是做什么用的？', '缺少词表怎么办？', 'Roost 从哪里得到词表？'],
      answer: '词表列出模型认识的所有词元。它在 GGUF 文件里，或随第一次下载的官方模型一起得到。',
    },
  ),
]
