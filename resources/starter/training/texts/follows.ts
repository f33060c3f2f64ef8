// Questions that only the answer before them makes clear: "and how do I delete it?"

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
      'And what do I do to {x}?',
      'Good. And how do I {x}?',
      'And if I want to {x}?',
      'I see. How can I {x}?',
      'And then, how do I {x}?',
      'Fine. Can I {x}?',
      'And when I want to {x}?',
      'What do I need to do to {x}?',
      'Now I want to {x}.',
      'Understood. How do I {x}?',
      'One more question: how do I {x}?',
      'How would one {x}?',
      'And afterwards, can I {x}?',
      'Where can I {x}?',
      'What must I press to {x}?',
      'And should I want to {x}?',
      'Ok, and how would I {x}?',
      'And what if I must {x}?',
      'And later I want to {x}.',
      'May I {x}?',
      'How should I {x}?',
      'And is there a way to {x}?',
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
      '那我要怎么{x}？',
      '那如果要{x}呢？',
      '之后怎么{x}？',
      '知道了，那怎么{x}？',
      '懂了，怎么{x}？',
      '那么我该怎么{x}？',
      '要是我想{x}呢？',
      '那能{x}吗？',
      '再问一下，怎么{x}？',
      '然后我想{x}。',
      '那{x}要怎么做？',
      '如果要{x}，该怎么办？',
      '要{x}的话呢？',
      '那要{x}，怎么做？',
      '以后想{x}怎么办？',
      '将来怎么{x}？',
      '明白了，那怎么{x}？',
      '好，如何{x}？',
      '清楚了，可以{x}吗？',
      '那么要{x}的话怎么操作？',
      '请问那怎么{x}？',
      '下一步怎么{x}？',
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
      how: 'delete it|remove it|get rid of it|uninstall it|delete it again|erase it|throw it out|drop it|take it off my disk|have it no more|clear it',
      held: 'throw it away',
    },
    zh: {
      how: '删除它|删掉它|把它删掉|移除它|删除|删掉|卸载它|把它扔掉|去掉它|清除它|把它清掉',
      held: '把它去掉',
    },
  },
  {
    subject: 'model',
    to: 'model-folder',
    en: {
      ask: '(And |)where is it (stored|saved|kept|)?|Where does it go?|Where do I find it on my disk?|Which folder is it in?|In what place is it kept?|Where on my disk is it?',
      held: 'And in which folder is it?',
    },
    zh: {
      ask: '(那|)它(存|保存|放)在哪里？|存在哪里？|它在哪个文件夹？|它放在哪个文件夹？|它在什么地方？|它的位置在哪里？',
      held: '那它放在什么位置？',
    },
  },
  {
    subject: 'model',
    to: 'verify',
    en: {
      how: 'verify it|check it|check that it is complete|test it|see whether it is damaged|find out if it is complete|make sure it is all right',
      held: 'test whether it is damaged',
    },
    zh: {
      how: '校验它|检查它|确认它完整|测一下它|看它完整不完整|看看它坏没坏|确认它没坏',
      held: '看它有没有损坏',
    },
  },
  {
    subject: 'model',
    to: 'convert',
    en: {
      how: 'convert it|make it smaller|quantise it|shrink it|make a smaller one of it|turn it into GGUF|reduce it|get it smaller',
      held: 'compress it',
    },
    zh: { how: '转换它|把它变小|量化它|把它变成 GGUF|缩小它|让它小一点|把它压小', held: '压缩它' },
  },
  {
    subject: 'model',
    to: 'ram',
    en: {
      ask: '(And |)how much (memory|RAM) does it (need|use)?|How much memory is that?|And what does it need in memory?|Does it need much memory?|How much RAM do I need for it?|What amount of memory does it use?',
      held: 'And what memory does it take?',
    },
    zh: {
      ask: '(那|)它(要|需要|占)多少内存？|要多少内存？|它占的内存多吗？|它用多少内存？|内存要多大？|它吃多少内存？',
      held: '那它占多大内存？',
    },
  },
  {
    subject: 'model',
    to: 'fit',
    en: {
      ask: '(And |)will it (fit|run on my computer|run on my machine)?|Does it run on my laptop?|And can my machine run it?|Is my computer strong enough for it?|Will my laptop run it?',
      held: 'And can my computer run it?',
    },
    zh: {
      ask: '(那|)它能在我的电脑上(运行|跑)吗？|我的电脑能(运行|跑)它吗？|我的电脑能用它吗？|它在我这里能运行吗？|我的机器够吗？',
      held: '那我的电脑跑得动吗？',
    },
  },
  {
    subject: 'model',
    to: 'switch-model',
    en: {
      how: 'use it|load it|switch to it|start it|choose it|select it|chat with it|take it for a chat|work with it',
      held: 'choose it for a chat',
    },
    zh: { how: '使用它|加载它|切换到它|用它|选择它|选它|用它聊天|在聊天里用它|换成它', held: '在对话里选它' },
  },
  {
    subject: 'model',
    to: 'unload',
    en: {
      how: 'unload it|free its memory|take it out of memory|free the memory again|give the memory back|have my memory back|close it',
      held: 'get its memory back',
    },
    zh: {
      how: '卸载出内存|释放它的内存|把它移出内存|把内存还回来|让内存空出来|把它从内存里拿掉|归还它的内存',
      held: '收回它占的内存',
    },
  },
  {
    subject: 'conversation',
    to: 'delete-chat',
    en: {
      how: 'delete it|remove it|get rid of it|delete it again|erase it|throw it out|drop it|take it away|clear it',
      held: 'throw it away',
    },
    zh: {
      how: '删除它|删掉它|把它删掉|移除它|删除|删掉|把它扔掉|去掉它|清除它|把它清掉',
      held: '把它去掉',
    },
  },
  {
    subject: 'conversation',
    to: 'rename-chat',
    en: {
      how: 'rename it|change its title|give it another name|change its name|name it differently|choose a title for it|correct the title|give it a better name',
      held: 'give it a new title',
    },
    zh: {
      how: '重命名它|改它的标题|给它改名|改名|给它换名字|给它起名字|换名字|改个标题|修改标题',
      held: '换个标题',
    },
  },
  {
    subject: 'conversation',
    to: 'export',
    en: {
      how: 'export it|save it as a file|share it|print it|get it as a file|keep it as Markdown|turn it into a file|take it out of Roost|store it as HTML',
      held: 'save it as Markdown',
    },
    zh: {
      how: '导出它|把它存成文件|分享它|导出|打印它|把它变成文件|存成文件|把它保存成 Markdown|拿出来|存为网页',
      held: '把它存成 Markdown',
    },
  },
  {
    subject: 'conversation',
    to: 'search-chats',
    en: {
      how: 'find it again|find it|search it|search in it|look it up|get back to it|find it later|discover it again',
      held: 'look for it',
    },
    zh: { how: '找到它|再找到它|搜索它|找它|以后再找到它|查找它|搜它', held: '以后找到它' },
  },
  {
    subject: 'conversation',
    to: 'organise',
    en: {
      how: 'pin it|put it into a folder|keep it on top|tag it|keep it in order|have it always on top|sort it into a folder|group it',
      held: 'put it in order',
    },
    zh: {
      how: '置顶它|把它放进文件夹|给它加标签|让它在最上面|把它放到最上面|固定它|分类它|整理它',
      held: '让它一直在最上面',
    },
  },
  {
    subject: 'conversation',
    to: 'resume',
    en: {
      how: 'continue it tomorrow|open it again|go on with it later|reopen it|go on next time|continue it another day|come back to it|continue it in a month',
      held: 'continue it next week',
    },
    zh: {
      how: '明天继续它|再打开它|以后接着聊|重新打开它|下次接着聊|改天继续|过几天继续|下个月再聊',
      held: '下周接着聊',
    },
  },
  {
    subject: 'snapshot',
    to: 'delete-snapshot',
    en: {
      how: 'delete it|delete them|remove it|remove them|get rid of it|clear them|throw it out|drop them|clear it|have them no more|throw them out',
      held: 'throw them away',
    },
    zh: {
      how: '删除它|删掉它|把它删掉|清理它们|删除|删掉|把它扔掉|去掉它|清除它|清掉它们',
      held: '把它去掉',
    },
  },
  {
    subject: 'snapshot',
    to: 'snapshot-size',
    en: {
      ask: '(And |)how (big|large) (is it|are they)?|How much space does it (need|take)?|How much disk space is that?|And of what size is it?|Is it large?|How many megabytes is it?',
      held: 'And what size is it?',
    },
    zh: {
      ask: '(那|)它有多大？|它(要|占)多少空间？|有多大？|它的大小呢？|它占多大地方？|大小是多少？|它大吗？',
      held: '那它的大小是多少？',
    },
  },
  {
    subject: 'snapshot',
    to: 'memory-panel',
    en: { how: 'see it|see them|look at them|look at it|show it|find it|have a look at it', held: 'view it' },
    zh: { how: '查看它|看到它|看它们|看看它|看一下它|找到它|显示它', held: '看一看它' },
  },
  {
    subject: 'document',
    to: 'remove-document',
    en: {
      how: 'delete it|remove it|get rid of it|remove it again|erase it|throw it out|drop it|take it away|clear it',
      held: 'throw it away',
    },
    zh: {
      how: '删除它|删掉它|把它删掉|移除它|删除|移除|把它扔掉|去掉它|清除它|把它清掉',
      held: '把它去掉',
    },
  },
  {
    subject: 'document',
    to: 'document-privacy',
    en: {
      ask: '(And |)where is it (stored|saved|kept)?|Is it uploaded?|Does it stay private?|And does it stay on my computer?|Who can see it?|Is it sent anywhere?|Will it leave the computer?',
      held: 'And does it leave my computer?',
    },
    zh: {
      ask: '(那|)它(存|保存|放)在哪里？|它会上传吗？|存在哪里？|它会传出去吗？|它留在电脑里吗？|别人看得到它吗？|它会发到网上吗？',
      held: '那它会离开电脑吗？',
    },
  },
  {
    subject: 'document',
    to: 'read-fully',
    en: {
      how: 'let the model read all of it|read it fully|read it as a whole|read it from the beginning to the end|let you read it completely|have all of it read',
      held: 'have it read from beginning to end',
    },
    zh: {
      how: '通读它|让模型读完它|从头到尾读它|把它全部读完|完整地读它|一次读完它',
      held: '把它从头读到尾',
    },
  },
  {
    subject: 'document',
    to: 'citation',
    en: {
      how: 'see the source|check the answer|open the passage|see its source|find where it stands|know where it is from',
      held: 'see where it comes from',
    },
    zh: { how: '看来源|核对回答|打开那个段落|看它从哪里来|找到出处|查它的来源|看依据', held: '看它的出处' },
  },
  {
    subject: 'answer',
    to: 'stop',
    en: {
      how: 'stop it|interrupt it|cancel it|end it|halt it|break it off|make it stop',
      held: 'make it end',
    },
    zh: { how: '停止它|打断它|让它停下|让它结束|停下它|把它停掉|结束它', held: '中断它' },
  },
  {
    subject: 'answer',
    to: 'copy',
    en: {
      how: 'copy it|put it into another program|take it along|copy it into my mail|have a copy of it',
      held: 'take a copy of it',
    },
    zh: { how: '复制它|复制|拷贝它|把它拷贝下来|复制一份|拿走它', held: '把它复制下来' },
  },
  {
    subject: 'answer',
    to: 'regenerate',
    en: {
      how: 'get another one|get a better one|regenerate it|repeat it|have another one|try once more|get a different one|see a new one',
      held: 'have a different one',
    },
    zh: {
      how: '换一个|重新生成它|再来一个|要一个新的|再要一个|换个别的|得到不同的|重来',
      held: '要个不同的',
    },
  },
  {
    subject: 'answer',
    to: 'continue',
    en: {
      how: 'continue it|finish it|go on with it|have it finished|let it go on|complete it|have it written to the end',
      held: 'make it complete',
    },
    zh: { how: '继续它|接着写|把它写完|让它写完|接着写它|往下写|补完它', held: '接下去写' },
  },
]
