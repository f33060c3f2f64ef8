// Frames that turn a topic's phrases into questions; the `held` ones are for evaluation only.

export interface Frames {
  readonly how: readonly string[]
  readonly what: readonly string[]
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export const ENGLISH: { readonly train: Frames; readonly held: Frames } = {
  train: {
    how: [
      'How do I {x}?',
      'How can I {x}?',
      'How to {x}?',
      'how to {x}',
      'I want to {x}.',
      'I would like to {x}.',
      'I want to {x}, how?',
      'What do I do to {x}?',
      'Tell me how to {x}.',
      'Can you tell me how to {x}?',
      'Can you show me how to {x}?',
      'Is there a way to {x}?',
      'Help me {x}.',
      'Can I {x}?',
      'How does one {x}?',
      'Where can I {x}?',
      'Where do I {x}?',
      '{x}',
      'I need to {x}.',
      'How could I {x}?',
      'Is it possible to {x}?',
      'I try to {x} but do not know how.',
      'What must I press to {x}?',
    ],
    what: [
      'What is {x}?',
      "What's {x}?",
      'what is {x}',
      'Explain {x}.',
      'What does {x} mean?',
      'Tell me about {x}.',
      'Can you explain {x}?',
      'Can you tell me what {x} is?',
      'I do not understand {x}.',
      'What do you know about {x}?',
      '{x}',
      '{x}?',
      'I want to know more about {x}.',
      'What exactly is {x}?',
      'Give me information about {x}.',
      'Describe {x}.',
    ],
    before: [
      'Hi, ',
      'Hello, ',
      'Hello! ',
      'Excuse me, ',
      'Sorry, ',
      'One question: ',
      'Please tell me: ',
      'Ok, ',
      'So, ',
      'Good morning. ',
      'Another question. ',
      'Now ',
    ],
    after: [' Thanks.', ' Please help.', ' Thank you!', ' please', ' I am new here.'],
  },
  held: {
    how: [
      'What is the best way to {x}?',
      'Could you explain how to {x}?',
      'Please explain how I {x}.',
      'What are the steps to {x}?',
      'I have to {x}. What should I do?',
      'Do you know how to {x}?',
    ],
    what: [
      'Could you describe {x}?',
      'Please explain what {x} is.',
      'I would like to know what {x} is.',
      'What is meant by {x}?',
      'Say something about {x}.',
    ],
    before: ['Quick question: ', 'Hey, ', 'I wonder: ', 'Dear starter, '],
    after: [' Many thanks!', ' I hope you know.'],
  },
}

export const CHINESE: { readonly train: Frames; readonly held: Frames } = {
  train: {
    how: [
      '怎么{x}？',
      '如何{x}？',
      '怎样{x}？',
      '怎么{x}',
      '我想{x}。',
      '我想{x}，怎么做？',
      '我要{x}。',
      '怎样才能{x}？',
      '请问怎么{x}？',
      '教我{x}。',
      '教我怎么{x}。',
      '能{x}吗？',
      '可以{x}吗？',
      '告诉我怎么{x}。',
      '{x}要怎么做？',
      '{x}',
      '在哪里{x}？',
      '有办法{x}吗？',
      '我该怎么{x}？',
      '帮我{x}。',
      '想{x}应该点哪里？',
    ],
    what: [
      '什么是{x}？',
      '{x}是什么？',
      '{x}是什么',
      '{x}是什么意思？',
      '解释一下{x}。',
      '介绍一下{x}。',
      '请解释{x}。',
      '{x}',
      '{x}？',
      '我不懂{x}。',
      '能说说{x}吗？',
      '告诉我{x}是什么。',
      '你知道{x}吗？',
      '我想了解{x}。',
      '{x}到底是什么？',
    ],
    before: [
      '你好，',
      '您好，',
      '请问，',
      '请问',
      '不好意思，',
      '再问一个问题，',
      '那么，',
      '对了，',
      '好的，',
      '打扰了，',
    ],
    after: ['谢谢。', '谢谢！', '请帮帮我。', '我是新手。', '呢？'],
  },
  held: {
    how: [
      '请告诉我如何{x}。',
      '要{x}的话该怎么操作？',
      '能不能教教我怎么{x}？',
      '{x}的步骤是什么？',
      '你知道怎么{x}吗？',
      '我打算{x}，请问怎么办？',
    ],
    what: [
      '请问{x}指的是什么？',
      '我想知道{x}是什么。',
      '能解释一下什么叫{x}吗？',
      '说一说{x}。',
      '请描述一下{x}。',
    ],
    before: ['嗨，', '问一下，', '小助手，', '想请教一下，'],
    after: ['多谢！', '麻烦你了。'],
  },
}

/** What "it" can be asked for after an answer about a subject; `to` is the topic that answers. */
export interface Follow {
  readonly subject: 'model' | 'conversation' | 'snapshot' | 'document' | 'answer'
  readonly to: string
  readonly en: { readonly how?: string; readonly ask?: string; readonly held: string }
  readonly zh: { readonly how?: string; readonly ask?: string; readonly held: string }
}

export const FOLLOW_FRAMES = {
  en: {
    train: [
      'And how do I {x}?',
      'How do I {x}?',
      'And how can I {x}?',
      'And how to {x}?',
      'Then how do I {x}?',
      'What if I want to {x}?',
      'Can I {x}?',
      'And can I {x}?',
      'I want to {x}.',
      'How can I {x} then?',
      'Ok. How do I {x}?',
      'Thanks. And how do I {x}?',
      'Is it possible to {x}?',
      'and {x}?',
    ],
    held: [
      'And what must I do to {x}?',
      'Good. How would I {x}?',
      'And if I need to {x}?',
      'And later, how do I {x}?',
    ],
  },
  zh: {
    train: [
      '那怎么{x}？',
      '怎么{x}？',
      '那么如何{x}？',
      '如果我想{x}呢？',
      '可以{x}吗？',
      '那可以{x}吗？',
      '然后怎么{x}？',
      '我想{x}。',
      '好的，那怎么{x}？',
      '谢谢，那怎么{x}？',
      '又该怎么{x}？',
    ],
    held: ['那要{x}的话怎么办？', '以后我怎么{x}？', '明白了，如何{x}呢？'],
  },
} as const

export const FOLLOWS: readonly Follow[] = [
  {
    subject: 'model',
    to: 'delete-model',
    en: {
      how: 'delete it|remove it|get rid of it|uninstall it|delete it again|erase it',
      held: 'throw it away',
    },
    zh: { how: '删除它|删掉它|把它删掉|移除它|删除|删掉|卸载它', held: '把它去掉' },
  },
  {
    subject: 'model',
    to: 'model-folder',
    en: {
      ask: '(And |)where is it (stored|saved|kept|)?|Where does it go?|Where do I find it on my disk?',
      held: 'And in which folder is it?',
    },
    zh: { ask: '(那|)它(存|保存|放)在哪里？|存在哪里？|它在哪个文件夹？', held: '那它放在什么位置？' },
  },
  {
    subject: 'model',
    to: 'verify',
    en: { how: 'verify it|check it|check that it is complete', held: 'test whether it is damaged' },
    zh: { how: '校验它|检查它|确认它完整', held: '看它有没有损坏' },
  },
  {
    subject: 'model',
    to: 'convert',
    en: { how: 'convert it|make it smaller|quantise it|shrink it', held: 'compress it' },
    zh: { how: '转换它|把它变小|量化它', held: '压缩它' },
  },
  {
    subject: 'model',
    to: 'ram',
    en: {
      ask: '(And |)how much (memory|RAM) does it (need|use)?|How much memory is that?',
      held: 'And what memory does it take?',
    },
    zh: { ask: '(那|)它(要|需要|占)多少内存？|要多少内存？', held: '那它占多大内存？' },
  },
  {
    subject: 'model',
    to: 'fit',
    en: {
      ask: '(And |)will it (fit|run on my computer|run on my machine)?|Does it run on my laptop?',
      held: 'And can my computer run it?',
    },
    zh: { ask: '(那|)它能在我的电脑上(运行|跑)吗？|我的电脑能(运行|跑)它吗？', held: '那我的电脑跑得动吗？' },
  },
  {
    subject: 'model',
    to: 'switch-model',
    en: { how: 'use it|load it|switch to it|start it', held: 'choose it for a chat' },
    zh: { how: '使用它|加载它|切换到它|用它', held: '在对话里选它' },
  },
  {
    subject: 'model',
    to: 'unload',
    en: { how: 'unload it|free its memory|take it out of memory', held: 'get its memory back' },
    zh: { how: '卸载出内存|释放它的内存|把它移出内存', held: '收回它占的内存' },
  },
  {
    subject: 'conversation',
    to: 'delete-chat',
    en: { how: 'delete it|remove it|get rid of it|delete it again|erase it', held: 'throw it away' },
    zh: { how: '删除它|删掉它|把它删掉|移除它|删除|删掉', held: '把它去掉' },
  },
  {
    subject: 'conversation',
    to: 'rename-chat',
    en: {
      how: 'rename it|change its title|give it another name|change its name',
      held: 'give it a new title',
    },
    zh: { how: '重命名它|改它的标题|给它改名|改名', held: '换个标题' },
  },
  {
    subject: 'conversation',
    to: 'export',
    en: { how: 'export it|save it as a file|share it|print it', held: 'save it as Markdown' },
    zh: { how: '导出它|把它存成文件|分享它|导出|打印它', held: '把它存成 Markdown' },
  },
  {
    subject: 'conversation',
    to: 'search-chats',
    en: { how: 'find it again|find it|search it|search in it', held: 'look for it' },
    zh: { how: '找到它|再找到它|搜索它', held: '以后找到它' },
  },
  {
    subject: 'conversation',
    to: 'organise',
    en: { how: 'pin it|put it into a folder|keep it on top|tag it', held: 'put it in order' },
    zh: { how: '置顶它|把它放进文件夹|给它加标签', held: '让它一直在最上面' },
  },
  {
    subject: 'conversation',
    to: 'resume',
    en: {
      how: 'continue it tomorrow|open it again|go on with it later|reopen it',
      held: 'continue it next week',
    },
    zh: { how: '明天继续它|再打开它|以后接着聊|重新打开它', held: '下周接着聊' },
  },
  {
    subject: 'snapshot',
    to: 'delete-snapshot',
    en: {
      how: 'delete it|delete them|remove it|remove them|get rid of it|clear them',
      held: 'throw them away',
    },
    zh: { how: '删除它|删掉它|把它删掉|清理它们|删除|删掉', held: '把它去掉' },
  },
  {
    subject: 'snapshot',
    to: 'snapshot-size',
    en: {
      ask: '(And |)how (big|large) (is it|are they)?|How much space does it (need|take)?|How much disk space is that?',
      held: 'And what size is it?',
    },
    zh: { ask: '(那|)它有多大？|它(要|占)多少空间？|有多大？', held: '那它的大小是多少？' },
  },
  {
    subject: 'snapshot',
    to: 'memory-panel',
    en: { how: 'see it|see them|look at them', held: 'view it' },
    zh: { how: '查看它|看到它|看它们', held: '看一看它' },
  },
  {
    subject: 'document',
    to: 'remove-document',
    en: { how: 'delete it|remove it|get rid of it|remove it again|erase it', held: 'throw it away' },
    zh: { how: '删除它|删掉它|把它删掉|移除它|删除|移除', held: '把它去掉' },
  },
  {
    subject: 'document',
    to: 'document-privacy',
    en: {
      ask: '(And |)where is it (stored|saved|kept)?|Is it uploaded?|Does it stay private?',
      held: 'And does it leave my computer?',
    },
    zh: { ask: '(那|)它(存|保存|放)在哪里？|它会上传吗？|存在哪里？', held: '那它会离开电脑吗？' },
  },
  {
    subject: 'document',
    to: 'read-fully',
    en: {
      how: 'let the model read all of it|read it fully|read it as a whole',
      held: 'have it read from beginning to end',
    },
    zh: { how: '通读它|让模型读完它', held: '把它从头读到尾' },
  },
  {
    subject: 'document',
    to: 'citation',
    en: { how: 'see the source|check the answer|open the passage', held: 'see where it comes from' },
    zh: { how: '看来源|核对回答|打开那个段落', held: '看它的出处' },
  },
  {
    subject: 'answer',
    to: 'stop',
    en: { how: 'stop it|interrupt it|cancel it', held: 'make it end' },
    zh: { how: '停止它|打断它|让它停下', held: '中断它' },
  },
  {
    subject: 'answer',
    to: 'copy',
    en: { how: 'copy it|put it into another program', held: 'take a copy of it' },
    zh: { how: '复制它|复制', held: '把它复制下来' },
  },
  {
    subject: 'answer',
    to: 'regenerate',
    en: { how: 'get another one|get a better one|regenerate it|repeat it', held: 'have a different one' },
    zh: { how: '换一个|重新生成它|再来一个', held: '要个不同的' },
  },
  {
    subject: 'answer',
    to: 'continue',
    en: { how: 'continue it|finish it|go on with it', held: 'make it complete' },
    zh: { how: '继续它|接着写|把它写完', held: '接下去写' },
  },
]
