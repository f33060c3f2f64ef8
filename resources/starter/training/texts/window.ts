// Guide topics: what the window offers around a conversation.

import { topic, type Topic } from './topic.ts'

export const WINDOW: readonly Topic[] = [
  topic(
    'copy',
    'answer',
    {
      how: 'copy (an|the) answer|copy (text|a message|the code|code)|put an answer into another program',
      ask: ['Can I copy an answer?', 'Where is the copy button?'],
      held: [
        'How can the text be copied?',
        'I need this answer in my mail. How?',
        'Is there a button for copying?',
      ],
      answer: 'Press "Copy" under the message. Code blocks have their own copy button.',
    },
    {
      how: '复制(回答|文字|消息|代码|一条消息)|把回答放到别的程序里',
      ask: ['可以复制回答吗？', '复制按钮在哪里？'],
      held: ['文字要怎么复制？', '我想把回答放进邮件，怎么做？', '有没有复制的按钮？'],
      answer: '点消息下面的“复制”。代码块有自己的复制按钮。',
    },
  ),
  topic(
    'shortcuts',
    'none',
    {
      what: 'the keyboard shortcuts|the command palette',
      how: 'use the keyboard|see the shortcuts|change a shortcut|open the command palette',
      ask: [
        'Which (shortcuts|keyboard shortcuts|keys) are there?',
        'Are there (shortcuts|keyboard shortcuts|hotkeys)?',
        'What does Ctrl+K do?',
        'Can I work without a mouse?',
      ],
      held: ['What keys can I use?', 'Is there a list of shortcuts?', 'Does Roost have hotkeys?'],
      answer:
        'Ctrl+K (Cmd+K on a Mac) opens the command palette, where every action can be found. Esc stops an answer. Settings lists all shortcuts.',
    },
    {
      what: '快捷键|命令面板',
      how: '用键盘操作|(查看|修改|改)快捷键|打开命令面板',
      ask: ['有(哪些|什么)快捷键？', '有快捷键吗？', 'Ctrl+K 有什么用？', '可以不用鼠标吗？'],
      held: ['我能用哪些键？', '有快捷键的列表吗？', 'Roost 有没有热键？'],
      answer:
        '按 Ctrl+K（苹果电脑是 Cmd+K）打开命令面板，所有操作都在里面。Esc 停止回答，“设置”里列出所有快捷键。',
    },
  ),
  topic(
    'newline',
    'none',
    {
      how: '(write|make|start|type|insert) a (new line|newline|line break)|write several lines|send a message',
      ask: ['Enter sends my message too early.', 'Which key sends the message?', 'What does Shift+Enter do?'],
      held: [
        'How can my message have two lines?',
        'I press Enter and it is sent. I wanted a new line.',
        'Which key makes a line break?',
      ],
      answer: 'Enter sends the message; Shift+Enter begins a new line.',
    },
    {
      how: '(换行|写多行|另起一行|发送消息)',
      ask: ['按回车就发送了。', '哪个键发送消息？', 'Shift+Enter 有什么用？'],
      held: ['我的消息怎么写成两行？', '按了回车就发出去了，我只想换行。', '哪个键可以换行？'],
      answer: '回车发送消息，Shift+回车换行。',
    },
  ),
  topic(
    'organise',
    'conversation',
    {
      how: '(organise|organize|sort|order) my (chats|conversations)|make (a folder|folders)|pin (a|the) (chat|conversation)|put a chat into a folder|tag a chat',
      ask: ['Are there folders?', 'Can I pin a chat?', 'I have too many chats.'],
      held: [
        'How can I keep my many chats in order?',
        'Can an important conversation stay on top?',
        'Is there a way to group chats?',
      ],
      answer:
        'Use "Conversation actions" to pin a chat, give it tags or put it into a folder. Pinned chats stay at the top of the sidebar.',
    },
    {
      how: '(整理|管理|排列)(对话|聊天)|(建|创建)文件夹|(置顶|固定)对话|把对话放进文件夹|给对话加标签',
      ask: ['有文件夹吗？', '可以置顶对话吗？', '我的对话太多了。'],
      held: ['对话很多，怎么保持整齐？', '重要的对话能一直在最上面吗？', '能把聊天分组吗？'],
      answer: '用“对话操作”可以置顶、加标签或放进文件夹。置顶的对话总在侧栏最上面。',
    },
  ),
  topic(
    'proof-line',
    'answer',
    {
      what: 'the line under the answer|"0 re-read"|the line "resumed"',
      ask: [
        'What does (resumed|re-read|"0 re-read"|"resumed 1204 tokens, 0 re-read") mean?',
        'What do the numbers under the answer mean?',
        'What stands under the answer?',
        'What does tokens/s mean?',
      ],
      held: [
        'What is the small text below an answer?',
        'Why does it say resumed under my answer?',
        'Explain the numbers below the answer.',
      ],
      answer:
        'It shows how many tokens came from a snapshot ("resumed"), how many had to be read again, and how fast the answer was written.',
    },
    {
      what: '回答下面那行字|“重读 0”|“已恢复”那一行',
      ask: [
        '(已恢复|重读|“重读 0”)是什么意思？',
        '回答下面的数字是什么(意思|)？',
        '回答下面写的是什么？',
        'tokens/s 是什么意思？',
      ],
      held: ['回答下方的小字是什么？', '为什么回答下面写着已恢复？', '解释一下回答下方的数字。'],
      answer: '它显示有多少词元来自快照（已恢复）、多少需要重读，以及回答写得多快。',
    },
  ),
  topic(
    'memory-panel',
    'snapshot',
    {
      what: 'the Memory tab|the memory panel|the ready mark',
      how: 'see (the snapshots|the branches|what the model remembers)|open the memory panel',
      ask: [
        'Where do I see the (snapshots|branches|tree)?',
        'What does "ready" mean?',
        'What does the Memory tab show?',
      ],
      held: [
        'In which tab are the snapshots?',
        'Where can I look at the branches?',
        'What can I see in the Memory tab?',
      ],
      answer:
        'The memory panel shows the tree of messages, the tokens read, the snapshots and their size. "Ready" means it goes on at once.',
    },
    {
      what: '“记忆”标签|记忆面板|“就绪”标记',
      how: '(查看|看)(快照|分支|模型记住了什么)|打开记忆面板',
      ask: ['在哪里看(快照|分支|消息树)？', '“就绪”是什么意思？', '“记忆”标签显示什么？'],
      held: ['快照在哪个标签里？', '哪里可以看到分支？', '“记忆”标签里能看到什么？'],
      answer: '记忆面板显示消息树、已读词元、快照和大小。“就绪”表示可以马上继续。',
    },
  ),
  topic(
    'settings-panel',
    'none',
    {
      how: 'change the (parameters|sampling settings|sampling|settings of the model)|reset the parameters|open the parameters',
      ask: [
        'Where are the (parameters|sampling settings|sliders)?',
        'Where can I change the temperature?',
        'What are the default settings?',
        'How do I go back to the defaults?',
      ],
      held: [
        'In which place are the sliders?',
        'I changed the settings and want the defaults back.',
        'Where can the sampling be changed?',
      ],
      answer:
        'Settings has temperature, Top-p, the penalties and the seed under Sampling. "Reset" brings back what the model recommends.',
    },
    {
      how: '(修改|调整|改|重置)(参数|采样|采样设置|模型的设置)|打开参数',
      ask: ['(参数|采样设置|滑块)在哪里？', '在哪里改温度？', '默认设置是什么？', '怎么恢复默认？'],
      held: ['滑块在什么地方？', '我改了设置，想恢复默认值。', '哪里可以改采样？'],
      answer: '“设置”的“采样”里有温度、Top-p、惩罚和种子，“重置”可以恢复模型的推荐值。',
    },
  ),
]
